package dev.fairlead.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How much is read at once: what came lately says it, and never more than may wait for the one whom
 * it is for.
 */
@SuppressWarnings("deprecation") // Netty's own handles are
final class Reads extends AdaptiveRecvByteBufAllocator {
  /**
   * A first read of 2 KiB takes most requests and small answers; a body's reads grow to 64 KiB,
   * past which fewer system calls no longer pay.
   */
  private static final int FIRST = 2048;

  private static final int LARGEST = 64 * 1024;

  private final Backlog backlog;

  Reads(Backlog backlog) {
    super(FIRST, FIRST, LARGEST);
    this.backlog = backlog;
  }

  @Override
  public RecvByteBufAllocator.Handle newHandle() {
    return new Capped((RecvByteBufAllocator.ExtendedHandle) super.newHandle());
  }

  private final class Capped extends RecvByteBufAllocator.DelegatingHandle
      implements RecvByteBufAllocator.ExtendedHandle {
    private final RecvByteBufAllocator.ExtendedHandle adaptive;

    Capped(RecvByteBufAllocator.ExtendedHandle adaptive) {
      super(adaptive);
      this.adaptive = adaptive;
    }

    @Override
    public int guess() {
      return Math.min(adaptive.guess(), backlog.window());
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      return alloc.ioBuffer(guess());
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return adaptive.continueReading(maybeMore);
    }
  }
}
