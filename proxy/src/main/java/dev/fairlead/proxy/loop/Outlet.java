package dev.fairlead.proxy.loop;

import dev.fairlead.proxy.loop.LoopCounters.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
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

  private final Backlog backlog;
  private final int room;
  private final boolean shared;
  private @Nullable Channel channel;
  private @Nullable ByteBuf gather;
  private boolean unflushed;
  private boolean stalled;

  /** What waits elsewhere for the same connection, and the window that its channel has. */
  private long elsewhere;

  private int window;

  /** The backlog's own: where this stands in it, and what it counted here. */
  @Nullable Outlet previous;

  @Nullable Outlet next;
  long counted;
  boolean linked;

  public Outlet(Backlog backlog) {
    this(backlog, GATHER, false);
  }

  /**
   * @param room bytes that are gathered into one buffer
   * @param shared by clients that know nothing of each other, who must not suffer for one of them:
   *     never cut
   */
  public Outlet(Backlog backlog, int room, boolean shared) {
    this.backlog = backlog;
    this.room = room;
    this.shared = shared;
  }

  public void open(Channel channel) {
    this.channel = channel;
    this.window = 0;
    this.stalled = false;
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
    flush(0);
  }

  /**
   * Lets out what was written.
   *
   * @param elsewhere bytes that wait for the same connection and are not given to it yet
   */
  public void flush(long elsewhere) {
    push();
    this.elsewhere = elsewhere;
    if (unflushed) {
      unflushed = false;
      channel().flush();
    }
    backlog.look(this);
  }

  /** Whether the other side keeps up: less than the window waits. */
  public boolean keepsUp() {
    Channel to = channel();
    if (gather != null && gather.readableBytes() >= room) {
      // The channel counts only what it has been given.
      push();
    }
    if (window != backlog.window()) {
      window = backlog.window();
      to.config().setWriteBufferWaterMark(backlog.marks());
    }
    if (to.isWritable()) {
      if (stalled) {
        stalled = false;
        backlog.moved(this);
      }
      return true;
    }
    stalled = true;
    ChannelOutboundBuffer waiting = to.unsafe().outboundBuffer();
    if (waiting != null) {
      backlog.counters().max(Counter.PEAK_BUFFERED, waiting.totalPendingWriteBytes());
    }
    return false;
  }

  /** Bytes that may wait for this connection now. */
  public int window() {
    return backlog.window();
  }

  /** All that waits for this connection. */
  long waiting() {
    return channel == null ? 0 : pendingBytes() + elsewhere;
  }

  boolean mayBeCut() {
    return !shared;
  }

  /** Closes at once and for good, below whatever would end it in an orderly way. */
  void cut() {
    Channel to = channel;
    if (to != null) {
      to.config().setOption(ChannelOption.SO_LINGER, 0);
      to.unsafe().close(to.unsafe().voidPromise());
    }
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
    backlog.forget(this);
  }

  private Channel channel() {
    Channel current = channel;
    if (current == null) {
      throw new IllegalStateException("outlet is closed");
    }
    return current;
  }
}
