package dev.fairlead.proxy.upstream;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.proxy.loop.TimerWheel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an endpoint: new, connecting, in use by one user, idle in its pool, or gone. It
 * belongs to one loop for life.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  final UpstreamPool.Site site;
  final TimerWheel.Timer idleTimer = new IdleTimer();
  @Nullable UpstreamConnection newer;
  @Nullable UpstreamConnection older;
  boolean idle;
  private final UpstreamPool pool;
  private @Nullable Channel channel;
  private @Nullable UpstreamUser user;
  private boolean open;
  private boolean reused;
  private boolean gone;
  private long connectNanos;

  UpstreamConnection(UpstreamPool pool, UpstreamPool.Site site) {
    this.pool = pool;
    this.site = site;
  }

  /** Gives the connection to {@code user}, and opens it if it is new. */
  public void start(UpstreamUser user) {
    this.user = user;
    if (open) {
      reused = true;
      return;
    }
    long begun = pool.ticker().nanos();
    ChannelFuture connecting = pool.connect(this);
    channel = connecting.channel();
    connecting.addListener(
        done -> {
          try {
            connectEnded(connecting, begun);
          } catch (RuntimeException e) {
            // Else the channel would only log it, and the user wait for ever.
            fault(e, connecting.channel());
          }
        });
  }

  private void connectEnded(ChannelFuture connecting, long begun) {
    UpstreamUser waiting = user;
    if (!connecting.isSuccess()) {
      user = null;
      leave();
      if (waiting != null) {
        Throwable cause = connecting.cause();
        waiting.upstreamConnectFailed(
            cause == null ? new IllegalStateException("connect cancelled") : cause);
      }
    } else if (!gone) {
      open = true;
      connectNanos = pool.ticker().nanos() - begun;
      if (waiting != null) {
        waiting.upstreamConnected();
      } else {
        pool.putBack(this);
      }
    }
  }

  public Address address() {
    return site.address;
  }

  /**
   * Whether bytes can be written now; else {@link UpstreamUser} is told when, or of the failure.
   */
  public boolean isOpen() {
    return open;
  }

  /** Whether it served an earlier request, so that the endpoint may be closing it right now. */
  public boolean isReused() {
    return reused;
  }

  /** What opening it took: about one round trip. */
  public long connectNanos() {
    return connectNanos;
  }

  /** Its socket; only once it is open. */
  public Channel channel() {
    Channel current = channel;
    if (current == null) {
      throw new IllegalStateException("not started");
    }
    return current;
  }

  /** Gives it back for the next user. It must be open, between two messages. */
  public void release() {
    user = null;
    // The last user may have stopped the reading; a connection that reads nothing sees no close.
    channel().config().setAutoRead(true);
    if (channel().isActive()) {
      pool.putBack(this);
    } else {
      close();
    }
  }

  /** Leaves a connection that is still opening to the pool, to be of use to somebody else. */
  public void abandon() {
    user = null;
    if (open) {
      close();
    }
  }

  /** Closes it. Its user hears nothing more. */
  public void close() {
    user = null;
    leave();
    if (channel != null) {
      channel.close();
    }
  }

  private void leave() {
    open = false;
    if (!gone) {
      gone = true;
      pool.gone(this);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    UpstreamUser reader = user;
    if (reader != null) {
      reader.upstreamRead((ByteBuf) message);
    } else {
      // Nobody asked for these bytes: whatever they answer, it must not be the next request.
      ReferenceCountUtil.release(message);
      close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    UpstreamUser reader = user;
    if (reader != null) {
      reader.upstreamReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    UpstreamUser writer = user;
    if (writer != null && ctx.channel().isWritable()) {
      writer.upstreamWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!open) {
      // Opening failed or we closed it ourselves: whoever needs to know knows.
      leave();
      return;
    }
    UpstreamUser last = user;
    user = null;
    leave();
    if (last != null) {
      last.upstreamClosed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A write that failed says nothing of an answer that may already be here to be read: the read
    // side finds the end, and closes.
    if (cause instanceof java.io.IOException) {
      return;
    }
    // Epoll may report to a new socket what befell the last one with its descriptor: a read then
    // finds that we are still connecting, which goes on.
    if (!open && cause instanceof NotYetConnectedException) {
      return;
    }
    fault(cause, ctx.channel());
  }

  private void fault(Throwable cause, Channel closing) {
    pool.faults().accept(cause);
    closing.close();
  }

  private final class IdleTimer extends TimerWheel.Timer {
    @Override
    protected void expired() {
      if (idle) {
        close();
      }
    }
  }
}
