package dev.fairlead.proxy;

import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http2.Http2Limits;
import java.time.Duration;

/**
 * Every bound of the proxy, named in one place.
 *
 * @param loops event loops; each has its own listener sockets and upstream pools
 * @param maxHeadBytes of a request or response head, 1 KiB…1 MiB
 * @param maxHeaders lines of a head
 * @param maxPooledPerEndpoint idle upstream connections kept for each endpoint and loop
 * @param maxPendingPerEndpoint requests that wait for a place on an HTTP/2 connection, for each
 *     endpoint and loop
 * @param maxPipelined bytes of pipelined requests that wait in memory for each connection
 * @param bodyWindow bytes of a body that may wait in memory for each direction before reading stops
 * @param headTimeout from a request's first byte to the end of its head
 * @param idleTimeout a client connection without a request under way
 * @param connectTimeout of one upstream connect
 * @param bodyIdleTimeout without a byte of a body under way moving, either side
 * @param maxHandshakes of TLS that clients may have under way
 * @param handshakeTimeout of one, either side, from the first byte that could be sent
 * @param tunnelIdleTimeout without a byte of a connection moving that is led as it is
 * @param pooledIdleTimeout an idle upstream connection is closed after it
 * @param maxLag of a loop behind its timers; where it stays above, requests are turned away, the
 *     lowest classes first; zero: never
 */
public record ProxyOptions(
    int loops,
    int maxHeadBytes,
    int maxHeaders,
    int maxConnections,
    int maxPooledPerEndpoint,
    int maxPendingPerEndpoint,
    int maxPipelined,
    int bodyWindow,
    Duration headTimeout,
    Duration idleTimeout,
    Duration connectTimeout,
    Duration bodyIdleTimeout,
    int maxHandshakes,
    Duration handshakeTimeout,
    Duration tunnelIdleTimeout,
    Duration pooledIdleTimeout,
    Duration maxLag) {
  /** The bounds of an HTTP/2 connection: a body waits in each direction as it may in HTTP/1. */
  public Http2Limits http2(HeadLimits heads) {
    return Http2Limits.defaults(heads);
  }

  public static ProxyOptions defaults(int loops) {
    return new ProxyOptions(
        loops,
        64 * 1024,
        100,
        100_000,
        256,
        1024,
        64 * 1024,
        256 * 1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        4096,
        Duration.ofSeconds(10),
        Duration.ofMinutes(10),
        Duration.ofSeconds(30),
        Duration.ZERO);
  }

  /** The same with this bound on a loop's lag. */
  public ProxyOptions withMaxLag(Duration bound) {
    return new ProxyOptions(
        loops,
        maxHeadBytes,
        maxHeaders,
        maxConnections,
        maxPooledPerEndpoint,
        maxPendingPerEndpoint,
        maxPipelined,
        bodyWindow,
        headTimeout,
        idleTimeout,
        connectTimeout,
        bodyIdleTimeout,
        maxHandshakes,
        handshakeTimeout,
        tunnelIdleTimeout,
        pooledIdleTimeout,
        bound);
  }
}
