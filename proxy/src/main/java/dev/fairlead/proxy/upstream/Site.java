package dev.fairlead.proxy.upstream;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.proxy.tls.ClientContext;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All connections of a pool to one address that are secured in one way, and who waits for one. */
final class Site {
  final Address address;
  final @Nullable ClientContext tls;
  final InetSocketAddress socketAddress;

  /** Those of HTTP/2, which many requests share; few. */
  final List<Http2UpstreamConnection> http2 = new ArrayList<>(1);

  /** Requests that wait for one of HTTP/1. */
  final WaitingLine line;

  /** All that are open or opening, of either protocol. */
  int connections;

  /** Those of HTTP/1 that are idle, the one that was put back last first. */
  private @Nullable Http1UpstreamConnection newest;

  private int idle;

  Site(UpstreamPool pool, Address address, @Nullable ClientContext tls) {
    this.address = address;
    this.tls = tls;
    this.line = new WaitingLine(pool, this);
    this.socketAddress =
        new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port());
  }

  @Nullable SslHandler handler(Channel channel, long timeoutMillis) {
    return tls == null
        ? null
        : tls.handler(channel.alloc(), address.host(), address.port(), timeoutMillis);
  }

  @Nullable Http1UpstreamConnection newestIdle() {
    return newest;
  }

  int idle() {
    return idle;
  }

  void addIdle(Http1UpstreamConnection connection) {
    Http1UpstreamConnection before = newest;
    connection.older = before;
    if (before != null) {
      before.newer = connection;
    }
    newest = connection;
    connection.idle = true;
    idle++;
  }

  void removeIdle(Http1UpstreamConnection connection) {
    Http1UpstreamConnection newer = connection.newer;
    Http1UpstreamConnection older = connection.older;
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    if (older != null) {
      older.newer = newer;
    }
    connection.newer = null;
    connection.older = null;
    connection.idle = false;
    idle--;
  }
}
