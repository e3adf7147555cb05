package dev.fairlead.proxy.loop;

import dev.fairlead.proxy.loop.LoopCounters.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written to one side. Heads, framing and small pieces of bodies are gathered in one
 * buffer, so that most messages leave in one write; larger pieces go as they came, uncopied.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
public final class Outlet {
  /** Below it a copy is cheaper than one more buffer in the write. */
  private static final int COPY_BELOW = 1024;

  /** Room for a usual head with its framing and a small body. */
  private static final int GATHER = 2048;

  private final LoopCounters counters;
  private final int room;
  private @Nullable Channel channel;
  private @Nullable ByteBuf gather;
  private boolean unflushed;

  public Outlet(LoopCounters counters) {
    this(counters, GATHER);
  }

  /**
   * @param room bytes that are gathered into one buffer
   */
  public Outlet(LoopCounters counters, int room) {
    this.counters = counters;
    this.room = room;
  }

  public void open(Channel channel) {
    this.channel = channel;
  }

  /** Where to write heads and framing. Not to be kept. */
  public ByteBuf buffer() {
    ByteBuf current = gather;
    if (current == null) {
      current = channel().alloc().directBuffer(room);
      gather = current;
    }
    return current;
  }

  /** Writes {@code data}, which is the outlet's to release. */
  public void write(ByteBuf data) {
    int length = data.readableBytes();
    if (length <= COPY_BELOW && (gather == null || gather.readableBytes() < room)) {
      buffer().writeBytes(data);
      data.release();
    } else {
      push();
      channel().write(data, channel().voidPromise());
      unflushed = true;
    }
  }

  private void push() {
    ByteBuf current = gather;
    if (current != null) {
      gather = null;
      channel().write(current, channel().voidPromise());
      unflushed = true;
    }
  }

  /** Lets out what was written. */
  public void flush() {
    push();
    if (unflushed) {
      unflushed = false;
      channel().flush();
    }
  }

  /** Whether the other side keeps up: less than the window waits. */
  public boolean keepsUp() {
    Channel to = channel();
    if (gather != null && gather.readableBytes() >= room) {
      // The channel counts only what it has been given.
      push();
    }
    if (to.isWritable()) {
      return true;
    }
    ChannelOutboundBuffer waiting = to.unsafe().outboundBuffer();
    if (waiting != null) {
      counters.max(Counter.PEAK_BUFFERED, waiting.totalPendingWriteBytes());
    }
    return false;
  }

  /** Bytes that were written and that the other side has not taken. */
  public long pendingBytes() {
    ByteBuf current = gather;
    ChannelOutboundBuffer waiting = channel().unsafe().outboundBuffer();
    return (current == null ? 0 : current.readableBytes())
        + (waiting == null ? 0 : waiting.totalPendingWriteBytes());
  }

  /** Drops what was not flushed. */
  public void close() {
    ByteBuf current = gather;
    gather = null;
    if (current != null) {
      current.release();
    }
    unflushed = false;
    channel = null;
  }

  private Channel channel() {
    Channel current = channel;
    if (current == null) {
      throw new IllegalStateException("outlet is closed");
    }
    return current;
  }
}
