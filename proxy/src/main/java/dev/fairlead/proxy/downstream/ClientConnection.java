package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.Loop;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.tls.Endings;
import dev.fairlead.proxy.tls.Handshakes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection in the list of its loop's, whatever is spoken on it: how it comes, goes to
 * other hands, breaks and ends, and the one deadline that it has at a time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
public abstract class ClientConnection extends ChannelInboundHandlerAdapter {
  final Clients clients;
  final Loop loop;
  final Channel channel;
  @Nullable ClientConnection previous;
  @Nullable ClientConnection next;
  private final TimerWheel.Timer timer = new Deadline();

  ClientConnection(Clients clients, Channel channel) {
    this.clients = clients;
    this.loop = clients.loop;
    this.channel = channel;
  }

  // ---- its life

  /** The connection is here, or was made ready by another that handed it over. */
  abstract void start();

  /** The connection is gone. */
  abstract void gone();

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    clients.opened(this);
    start();
  }

  /** Leaves the connection to {@code heir}. */
  final void handOver(ClientConnection heir) {
    disarm();
    channel.pipeline().replace(this, null, heir);
    clients.replaced(this, heir);
    heir.start();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    disarm();
    gone();
    clients.closed(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == SslCloseCompletionEvent.SUCCESS) {
      // The end that TLS has of its own is as good as that of the connection.
      channel.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    report(cause);
    Endings.cut(channel);
  }

  /** Tells of what broke, unless it is what happens to connections. */
  final void report(Throwable cause) {
    if (!Handshakes.isLife(cause)) {
      loop.listener.failed(cause);
    }
  }

  // ---- the server goes

  /** Closes unless a request is under way or came since then. */
  abstract void closeIfQuiet(long since);

  /** Says so, where the protocol can before its next answer. */
  void drain() {}

  /**
   * Other rules are in force: where they ask more of clients than this one met, it is told to go.
   *
   * @param quietSince since when nothing moved on one that may be closed without a word
   */
  void reconsider(long quietSince) {}

  /** Closes at once; returns how many requests that cut off. */
  abstract int cut();

  // ---- its deadline

  /** Expires once {@code deadline} of the loop's ticker has passed; an earlier one is forgotten. */
  final void arm(long deadline) {
    loop.timers.arm(timer, deadline);
  }

  final void disarm() {
    loop.timers.cancel(timer);
  }

  /** The deadline has passed. */
  abstract void expired();

  private final class Deadline extends TimerWheel.Timer {
    @Override
    protected void expired() {
      try {
        ClientConnection.this.expired();
      } catch (RuntimeException e) {
        channel.pipeline().fireExceptionCaught(e);
      }
    }
  }
}
