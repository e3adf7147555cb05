package dev.fairlead.proxy;

import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.TrustedPeers;
import dev.fairlead.proxy.http2.Http2Limits;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;

/**
 * Every bound of the proxy, named in one place.
 *
 * @param loops event loops; each has its own listener sockets and upstream pools
 * @param maxHeadBytes of a request or response head, 1 KiB…1 MiB
 * @param maxHeaders lines of a head
 * @param maxConnections of clients
 * @param maxUpstreamConnections to endpoints
 * @param maxPooledPerEndpoint idle upstream connections kept for each endpoint and loop
 * @param maxPendingPerEndpoint requests that wait for a connection, or for a place on an HTTP/2
 *     one, for each endpoint and loop; past it lower classes make room for higher ones
 * @param maxPipelined bytes of pipelined requests that wait in memory for each connection
 * @param bodyWindow bytes of a body that may wait in memory for each direction before reading stops
 * @param maxBacklog bytes that may wait in all for clients and endpoints to read them: as they get
 *     more, windows narrow, and past it those that have taken nothing for the longest are cut
 * @param headTimeout from a request's first byte to the end of its head
 * @param idleTimeout a client connection without a request under way
 * @param connectTimeout of one upstream connect
 * @param bodyIdleTimeout without a byte of a body under way moving, either side, or of an answer
 *     that is awaited and has no limit of its own
 * @param maxHandshakes of TLS that clients may have under way
 * @param handshakeTimeout of one, either side, from the first byte that could be sent
 * @param tunnelIdleTimeout without a byte of a connection moving that is led as it is, or of a call
 *     of gRPC whose upload is open or whose answer has begun
 * @param pooledIdleTimeout an idle upstream connection is closed after it
 * @param maxLag of a loop behind its timers; where it stays above, requests are turned away, the
 *     lowest classes first; zero: never
 * @param trusted whose word on the client counts: proxies in front of this one
 */
public record ProxyOptions(
    int loops,
    int maxHeadBytes,
    int maxHeaders,
    int maxConnections,
    int maxUpstreamConnections,
    int maxPooledPerEndpoint,
    int maxPendingPerEndpoint,
    int maxPipelined,
    int bodyWindow,
    long maxBacklog,
    Duration headTimeout,
    Duration idleTimeout,
    Duration connectTimeout,
    Duration bodyIdleTimeout,
    int maxHandshakes,
    Duration handshakeTimeout,
    Duration tunnelIdleTimeout,
    Duration pooledIdleTimeout,
    Duration maxLag,
    TrustedPeers trusted) {
  /** A JVM at rest has some 125 files open; the admin API, documents and checks come on top. */
  private static final long SPARE_DESCRIPTORS = 320;

  private static final long MIN_BACKLOG = 4L << 20;

  /** More would be bodies of thousands of readers who all stall at a time. */
  private static final long MAX_BACKLOG = 1L << 30;

  /** The bounds of an HTTP/2 connection: a body waits in each direction as it may in HTTP/1. */
  public Http2Limits http2(HeadLimits heads) {
    return Http2Limits.defaults(heads);
  }

  /**
   * The same within so many files that the process may have open. What the proxy does not use is
   * left for all else, so that a process which turns clients away still answers its operators.
   */
  public ProxyOptions within(long descriptors) {
    long sockets = Math.max(2, descriptors - SPARE_DESCRIPTORS);
    // Most clients are at rest; those that are not need one each at the other end.
    long clients = sockets * 3 / 4;
    return new ProxyOptions(
        loops,
        maxHeadBytes,
        maxHeaders,
        (int) Math.min(maxConnections, clients),
        (int) Math.min(maxUpstreamConnections, sockets - clients),
        maxPooledPerEndpoint,
        maxPendingPerEndpoint,
        maxPipelined,
        bodyWindow,
        maxBacklog,
        headTimeout,
        idleTimeout,
        connectTimeout,
        bodyIdleTimeout,
        maxHandshakes,
        handshakeTimeout,
        tunnelIdleTimeout,
        pooledIdleTimeout,
        maxLag,
        trusted);
  }

  /**
   * Half of the memory outside of the heap, so that as much is left for what is just being read.
   */
  private static long defaultBacklog() {
    return Math.clamp(PlatformDependent.maxDirectMemory() / 2, MIN_BACKLOG, MAX_BACKLOG);
  }

  public static ProxyOptions defaults(int loops) {
    return new ProxyOptions(
        loops,
        64 * 1024,
        100,
        100_000,
        100_000,
        256,
        1024,
        64 * 1024,
        256 * 1024,
        defaultBacklog(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        4096,
        Duration.ofSeconds(10),
        Duration.ofMinutes(10),
        Duration.ofSeconds(30),
        Duration.ZERO,
        TrustedPeers.NONE);
  }

  /** The same with this bound on a loop's lag. */
  public ProxyOptions withMaxLag(Duration bound) {
    return with(bound, trusted);
  }

  /** The same with these in front of it. */
  public ProxyOptions trusting(TrustedPeers peers) {
    return with(maxLag, peers);
  }

  private ProxyOptions with(Duration bound, TrustedPeers peers) {
    return new ProxyOptions(
        loops,
        maxHeadBytes,
        maxHeaders,
        maxConnections,
        maxUpstreamConnections,
        maxPooledPerEndpoint,
        maxPendingPerEndpoint,
        maxPipelined,
        bodyWindow,
        maxBacklog,
        headTimeout,
        idleTimeout,
        connectTimeout,
        bodyIdleTimeout,
        maxHandshakes,
        handshakeTimeout,
        tunnelIdleTimeout,
        pooledIdleTimeout,
        bound,
        peers);
  }
}
