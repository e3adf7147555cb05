package dev.fairlead.proxy;

import java.time.Duration;

/** The bounds that a test changes; all others are the defaults of one loop. */
final class OptionsDraft {
  private final ProxyOptions defaults = Proxy.options();
  int maxConnections = defaults.maxConnections();
  int maxPooledPerEndpoint = defaults.maxPooledPerEndpoint();
  int maxPendingPerEndpoint = defaults.maxPendingPerEndpoint();
  Duration headTimeout = defaults.headTimeout();
  Duration idleTimeout = defaults.idleTimeout();
  Duration connectTimeout = defaults.connectTimeout();
  Duration bodyIdleTimeout = defaults.bodyIdleTimeout();
  int maxHandshakes = defaults.maxHandshakes();
  int maxUpstreamConnections = defaults.maxUpstreamConnections();
  long maxBacklog = defaults.maxBacklog();
  Duration handshakeTimeout = defaults.handshakeTimeout();
  Duration tunnelIdleTimeout = defaults.tunnelIdleTimeout();
  Duration pooledIdleTimeout = defaults.pooledIdleTimeout();

  ProxyOptions options() {
    return new ProxyOptions(
        defaults.loops(),
        defaults.maxHeadBytes(),
        defaults.maxHeaders(),
        maxConnections,
        maxUpstreamConnections,
        maxPooledPerEndpoint,
        maxPendingPerEndpoint,
        defaults.maxPipelined(),
        defaults.bodyWindow(),
        maxBacklog,
        headTimeout,
        idleTimeout,
        connectTimeout,
        bodyIdleTimeout,
        maxHandshakes,
        handshakeTimeout,
        tunnelIdleTimeout,
        pooledIdleTimeout,
        defaults.maxLag(),
        defaults.trusted());
  }
}
