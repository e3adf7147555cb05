package dev.fairlead.proxy.downstream;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.proxy.exchange.TunnelEnd;
import dev.fairlead.proxy.exchange.TunnelLog;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.rules.CompiledTunnel;
import dev.fairlead.proxy.upstream.ConnectFailures;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that is led to an endpoint as it is. Each side is read only while the other
 * keeps up; each may end its half and still hear the other's; what breaks on one side breaks on the
 * other, so that nothing cut looks whole.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channels themselves tell
final class TunnelConnection extends ClientConnection implements Request {
  /** The first and one retry, as for requests. */
  private static final int MAX_ATTEMPTS = 2;

  private final @Nullable CompiledTunnel tunnel;
  private final TunnelLog log;

  /** What came before the endpoint is reached. */
  private @Nullable ByteBuf first;

  private @Nullable Channel far;
  private @Nullable Lease lease;
  private @Nullable Endpoint failed;
  private long touched;
  private boolean connected;
  private boolean clientEnded;
  private int halvesEnded;
  private boolean over;

  /**
   * @param tunnel null where no route is for the connection
   * @param first what was read of it already, which is handed over
   */
  TunnelConnection(
      Clients clients,
      Channel channel,
      @Nullable CompiledTunnel tunnel,
      TunnelLog log,
      @Nullable ByteBuf first) {
    super(clients, channel);
    this.tunnel = tunnel;
    this.log = log;
    this.first = first;
  }

  @Override
  void start() {
    long begun = loop.ticker.nanos();
    touched = begun;
    channel.config().setAutoRead(false);
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    arm(begun + loop.timeouts.tunnelIdle);
    CompiledTunnel.Backend backend = tunnel == null ? null : tunnel.choose(loop.random);
    log.begin(
        begun, tunnel == null ? "" : tunnel.route(), backend == null ? null : backend.service());
    Balancer balancer = backend == null ? null : backend.balancer();
    if (balancer == null) {
      log.failed("NR", "no route leads this connection anywhere");
      end(TunnelEnd.UNREACHED, Outcome.IGNORED);
      return;
    }
    balancer.countRequest();
    attempt(balancer);
  }

  private void attempt(Balancer balancer) {
    switch (log.pick(balancer, this)) {
      case Refusal refusal -> {
        boolean full = refusal == Refusal.OVER_LIMIT || refusal == Refusal.SHED;
        log.failed(full ? "UO" : "UH", "no endpoint: " + refusal.reason());
        end(TunnelEnd.UNREACHED, Outcome.IGNORED);
      }
      case Lease picked -> {
        lease = picked;
        connect(picked.endpoint(), balancer);
      }
    }
  }

  private void connect(Endpoint endpoint, Balancer balancer) {
    Bootstrap bootstrap = loop.upstream.clone();
    bootstrap.option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    bootstrap.option(ChannelOption.AUTO_READ, false);
    bootstrap.handler(new Far());
    Transport.connect(
        bootstrap,
        new InetSocketAddress(
            InetAddress.ofLiteral(endpoint.address().host()), endpoint.address().port()),
        done -> {
          if (!done.isSuccess()) {
            if (!over) {
              connectFailed(endpoint, balancer, done.cause());
            }
          } else if (over) {
            done.channel().close();
          } else {
            connected(done.channel());
          }
        });
  }

  private void connectFailed(Endpoint endpoint, Balancer balancer, @Nullable Throwable cause) {
    failed = endpoint;
    endLease(Outcome.CONNECT_FAILED);
    String why = cause == null ? "cancelled" : ConnectFailures.phrase(cause);
    log.failed("UF", "cannot connect to " + endpoint.address() + ": " + why);
    if (log.attempts() < MAX_ATTEMPTS && balancer.tryRetry()) {
      loop.counters.add(Counter.RETRIES, 1);
      attempt(balancer);
    } else {
      end(TunnelEnd.UNREACHED, Outcome.CONNECT_FAILED);
    }
  }

  private void connected(Channel to) {
    far = to;
    connected = true;
    log.connected();
    Lease held = lease;
    if (held != null) {
      held.answered();
    }
    touch();
    ByteBuf waiting = first;
    first = null;
    if (waiting != null) {
      log.sent(waiting.readableBytes());
      to.writeAndFlush(waiting, to.voidPromise());
    }
    if (clientEnded) {
      endHalf(to);
    }
    read(to);
    read(channel);
  }

  /** Reads on, but not past the end of a half: a second look at it would end both. */
  private static void read(Channel from) {
    if (from instanceof DuplexChannel duplex && !duplex.isInputShutdown()) {
      from.config().setAutoRead(true);
    }
  }

  private void touch() {
    touched = loop.timers.coarseNanos();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    Channel to = far;
    if (over) {
      in.release();
      return;
    }
    if (to == null) {
      hold(in);
      return;
    }
    log.sent(in.readableBytes());
    relay(in, to, channel);
  }

  /** Keeps what a client that ends its half is still read for; no more than its socket held. */
  private void hold(ByteBuf more) {
    ByteBuf before = first;
    if (before == null) {
      first = more;
    } else if (before instanceof CompositeByteBuf all) {
      all.addComponent(true, more);
    } else {
      first = more.alloc().compositeBuffer().addComponent(true, before).addComponent(true, more);
    }
  }

  private void relay(ByteBuf bytes, Channel to, Channel from) {
    touch();
    to.write(bytes, to.voidPromise());
    if (!to.isWritable()) {
      from.config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Channel to = far;
    if (to != null) {
      to.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Channel from = far;
    if (channel.isWritable() && from != null) {
      touch();
      read(from);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      Channel to = far;
      clientEnded = true;
      if (to != null) {
        endHalf(to);
      }
    }
  }

  /** One side has said all: so has the proxy to the other. */
  private void endHalf(Channel to) {
    touch();
    to.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            flushed -> {
              if (to instanceof DuplexChannel duplex && to.isActive()) {
                duplex.shutdownOutput();
              }
              if (++halvesEnded == 2) {
                end(TunnelEnd.WHOLE, Outcome.REPLIED);
              }
            });
  }

  /** Ends both sides, which see whether it was before its time. */
  private void end(TunnelEnd how, Outcome outcome) {
    if (over) {
      return;
    }
    over = true;
    disarm();
    endLease(outcome);
    log.ended(how);
    boolean broken = how != TunnelEnd.WHOLE;
    ByteBuf waiting = first;
    first = null;
    if (waiting != null) {
      waiting.release();
    }
    close(channel, broken);
    Channel other = far;
    if (other != null) {
      close(other, broken);
    }
  }

  private static void close(Channel channel, boolean broken) {
    if (broken && channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.close();
  }

  private void endLease(Outcome outcome) {
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.transferred(log.requestBytes(), log.responseBytes());
      held.end(outcome);
    }
  }

  @Override
  public boolean triedIn(String cluster) {
    Endpoint before = failed;
    return before != null && before.cluster().equals(cluster);
  }

  @Override
  public boolean tried(Endpoint endpoint) {
    Endpoint before = failed;
    return before != null
        && before.address().equals(endpoint.address())
        && before.cluster().equals(endpoint.cluster());
  }

  @Override
  void closeIfQuiet(long since) {
    // Quiet is not idle: who is led may wait for hours. The end of the drain's time ends it.
  }

  @Override
  int cut() {
    boolean busy = !over;
    end(TunnelEnd.CUT, Outcome.IGNORED);
    return busy ? 1 : 0;
  }

  @Override
  void gone() {
    log.failed("DC", "the client went away");
    end(TunnelEnd.CLIENT, connected ? Outcome.REPLIED : Outcome.IGNORED);
  }

  @Override
  void expired() {
    long deadline = touched + loop.timeouts.tunnelIdle;
    if (deadline - loop.ticker.nanos() > 0) {
      arm(deadline);
    } else {
      log.failed("UT", "the connection stood still");
      end(TunnelEnd.IDLE, Outcome.IGNORED);
    }
  }

  /** The endpoint's side. */
  private final class Far extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      if (over) {
        in.release();
        return;
      }
      log.received(in.readableBytes());
      relay(in, channel, ctx.channel());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (ctx.channel().isWritable() && !over) {
        touch();
        read(channel);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent && !over) {
        endHalf(channel);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (connected && !over) {
        log.failed("UC", "the endpoint broke the connection");
        end(TunnelEnd.ENDPOINT, Outcome.RESET);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      report(cause);
      ctx.close();
    }
  }
}
