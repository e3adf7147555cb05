package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.tls.HandshakeFailure;
import dev.fairlead.proxy.tls.Handshakes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/** A connection to an endpoint, whatever is spoken on it: how it opens and how it breaks. */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
abstract class UpstreamConnection extends ChannelInboundHandlerAdapter {
  final UpstreamPool pool;
  final Site site;
  boolean open;
  boolean securing;
  private @Nullable Channel channel;
  private long connectNanos;

  UpstreamConnection(UpstreamPool pool, Site site) {
    this.pool = pool;
    this.site = site;
  }

  /** Connects, and makes it secure where that is wanted; then tells {@link #opened}. */
  final void connect() {
    if (pool.full()) {
      pool.later(() -> opened(TooManyPendingException.connections()));
      return;
    }
    long begun = pool.ticker().nanos();
    ChannelFuture connecting =
        pool.connect(
            this,
            done -> {
              try {
                connectEnded(done, begun);
              } catch (RuntimeException e) {
                // Else the channel would only log it, and the user wait for ever.
                fault(e, done.channel());
              }
            });
    channel = connecting.channel();
  }

  private void connectEnded(ChannelFuture connecting, long begun) {
    connectNanos = pool.ticker().nanos() - begun;
    SslHandler tls = connecting.channel().pipeline().get(SslHandler.class);
    if (!connecting.isSuccess()) {
      Throwable cause = connecting.cause();
      opened(cause == null ? new IllegalStateException("connect cancelled") : cause);
    } else if (tls == null) {
      opened(null);
    } else {
      secure(tls);
    }
  }

  /** A handshake under way stops neither for its user nor for a pool that closes. */
  private void secure(SslHandler tls) {
    securing = true;
    pool.tlsCounters().begun();
    tls.handshakeFuture()
        .addListener(
            done -> {
              securing = false;
              pool.tlsCounters().ended();
              Throwable cause = done.cause();
              if (cause == null && !speaks(tls.applicationProtocol())) {
                cause = Handshakes.noSharedProtocol(tls.applicationProtocol());
                closeChannel();
              }
              if (cause == null) {
                pool.tlsCounters().succeeded(Handshakes.resumed(tls));
              } else {
                pool.tlsCounters().failed(Handshakes.fault(cause));
              }
              try {
                opened(cause == null ? null : new HandshakeFailure(cause));
              } catch (RuntimeException e) {
                fault(e, channel());
              }
            });
  }

  /**
   * Whether what the endpoint agreed to is what this connection speaks.
   *
   * @param agreed by ALPN; null: nothing
   */
  abstract boolean speaks(@Nullable String agreed);

  /**
   * The connection can be used, or not.
   *
   * @param failure why not
   */
  abstract void opened(@Nullable Throwable failure);

  /** What opening it took, in nanoseconds: about one round trip. */
  public final long connectNanos() {
    return connectNanos;
  }

  final boolean connecting() {
    return channel != null && !open;
  }

  final Channel channel() {
    Channel current = channel;
    if (current == null) {
      throw new IllegalStateException("not started");
    }
    return current;
  }

  final void closeChannel() {
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A write that failed says nothing of an answer that may already be here to be read: the read
    // side finds the end, and closes.
    if (Handshakes.isLife(cause)) {
      return;
    }
    // Epoll may report to a new socket what befell the last one with its descriptor: a read then
    // finds that we are still connecting, which goes on.
    if (!open && cause instanceof NotYetConnectedException) {
      return;
    }
    fault(cause, ctx.channel());
  }

  final void fault(Throwable cause, Channel closing) {
    pool.faults().accept(cause);
    closing.close();
  }
}
