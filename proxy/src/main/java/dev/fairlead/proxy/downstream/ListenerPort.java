package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.TunnelLog;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.rules.CompiledPort;
import dev.fairlead.proxy.rules.CompiledTunnels;
import dev.fairlead.proxy.tls.TlsPeer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One address and port that is listened on: a socket for each loop, and the rules in force. */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it the channel itself tells
public final class ListenerPort {
  private final List<Channel> sockets = new ArrayList<>();
  private volatile CompiledPort rules;

  public ListenerPort(CompiledPort rules) {
    this.rules = rules;
  }

  /** What is in force now. A request asks once. */
  public CompiledPort rules() {
    return rules;
  }

  public void rules(CompiledPort next) {
    rules = next;
  }

  /** The port that was got. */
  public int port() {
    return ((InetSocketAddress) sockets.getFirst().localAddress()).getPort();
  }

  /**
   * Binds a socket for each loop; all or none.
   *
   * @return what is wrong, or null
   */
  public @Nullable String bind(String host, int port, List<Clients> all, Transport transport) {
    String taken = taken(host, port);
    if (taken != null) {
      return taken;
    }
    int wanted = port;
    for (Clients clients : all) {
      var binding =
          transport
              .downstream(clients.loop.events, clients.loop.backlog)
              .childHandler(new Accepted(clients))
              .bind(host, wanted)
              .awaitUninterruptibly();
      if (!binding.isSuccess()) {
        close();
        Throwable cause = binding.cause();
        return "cannot listen on "
            + host
            + " port "
            + port
            + ": "
            + (cause == null ? "cancelled" : cause.getMessage());
      }
      sockets.add(binding.channel());
      wanted = port();
    }
    return null;
  }

  /**
   * Whether somebody else has the port. The sockets of the loops share it, and by the same means
   * would share it with a stranger: a bind without sharing finds that out.
   */
  private static @Nullable String taken(String host, int port) {
    if (port == 0) {
      return null;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.ofLiteral(host), port));
      return null;
    } catch (IOException | IllegalArgumentException e) {
      return "cannot listen on " + host + " port " + port + ": " + e.getMessage();
    }
  }

  /**
   * Who serves a connection.
   *
   * @param tls what is known of its client; null in clear text
   * @param http2 whether it speaks HTTP/2
   */
  ClientConnection serve(
      Clients clients, Channel channel, String address, @Nullable TlsPeer tls, boolean http2) {
    return http2
        ? new Http2ClientConnection(clients, this, channel, address, tls)
        : new Http1ClientConnection(clients, this, channel, address, tls);
  }

  /** Lets nobody new into the queue of those who wait to be accepted. */
  public void turnAway() {
    sockets.forEach(TurnAway::newcomers);
  }

  /** Stops listening. Connections that were accepted go on. */
  public void close() {
    for (Channel socket : sockets) {
      socket.close().awaitUninterruptibly();
    }
    sockets.clear();
  }

  private final class Accepted extends ChannelInitializer<Channel> {
    private final Clients clients;

    Accepted(Clients clients) {
      this.clients = clients;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (!clients.mayOpen()) {
        channel.close();
        return;
      }
      channel.closeFuture().addListener(closed -> clients.ended());
      InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
      String address = remote == null ? "" : remote.getAddress().getHostAddress();
      channel.pipeline().addLast(first(channel, address));
    }

    private ClientConnection first(Channel channel, String address) {
      CompiledPort now = rules;
      CompiledTunnels unread = now.unread();
      if (unread != null) {
        TunnelLog log = new TunnelLog(clients.loop, unread, address, "");
        return new TunnelConnection(clients, channel, unread.find(""), log, null);
      }
      return now.secure()
          ? new TlsHandshake(clients, ListenerPort.this, channel, address)
          : serve(clients, channel, address, null, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
