package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.loop.Backlog;
import dev.fairlead.proxy.loop.Outlet;
import dev.fairlead.proxy.loop.TurnEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where a connection's frames go: a channel, once a turn of its loop. */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
public final class Http2Channel extends TurnEnd.Task implements Http2Output {
  /** Many small answers share a turn, so that few buffers go into one write. */
  private static final int GATHER = 16 * 1024;

  private final Channel channel;
  private final Outlet out;
  private final TurnEnd turn;
  private final Consumer<Throwable> faults;
  private @Nullable Http2Connection connection;
  private boolean closed;

  /**
   * @param shared by clients that know nothing of each other
   */
  public Http2Channel(
      Channel channel, Backlog backlog, boolean shared, TurnEnd turn, Consumer<Throwable> faults) {
    this.channel = channel;
    this.turn = turn;
    this.faults = faults;
    this.out = new Outlet(backlog, GATHER, shared);
    out.open(channel);
  }

  /** The connection that writes here. */
  public void attach(Http2Connection writer) {
    connection = writer;
  }

  /** Lets out at the end of this turn what was written until then. */
  public void flushLater() {
    if (!closed) {
      turn.add(this);
    }
  }

  /** The channel is closed. */
  public void closed() {
    closed = true;
    out.close();
  }

  @Override
  protected void run() {
    Http2Connection writer = connection;
    if (closed || writer == null) {
      return;
    }
    try {
      writer.flush();
    } catch (RuntimeException e) {
      faults.accept(e);
      channel.close();
    }
  }

  @Override
  public ByteBuf buffer() {
    return out.buffer();
  }

  @Override
  public void write(ByteBuf data) {
    out.write(data);
  }

  @Override
  public boolean keepsUp() {
    return !closed && out.keepsUp();
  }

  @Override
  public int window() {
    return out.window();
  }

  @Override
  public long pendingBytes() {
    return closed ? 0 : out.pendingBytes();
  }

  @Override
  public void flush() {
    Http2Connection writer = connection;
    if (!closed) {
      out.flush(writer == null ? 0 : writer.queuedBytes());
    }
  }

  @Override
  public void close() {
    if (!closed) {
      out.flush();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
