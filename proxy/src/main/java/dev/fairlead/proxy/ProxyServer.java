package dev.fairlead.proxy;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.route.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The reverse proxy: listeners, event loops, upstream pools. */
public final class ProxyServer implements AutoCloseable {
  public ProxyServer(
      ProxyOptions options, ProxyListener listener, Ticker ticker, RandomSource random) {}

  /**
   * Puts a configuration in force: binds new listeners first, then swaps the routes, then closes
   * listeners that are gone (their requests under way end). All or nothing.
   *
   * @param balancers of every service that a route names
   * @throws BindException if a listener cannot be bound; the old configuration stays in force
   */
  public void apply(RouteConfig routes, Function<ServiceName, Balancer> balancers)
      throws BindException {
    throw new AssertionError("contract only");
  }

  /** Names of the listeners that are bound, with the port that they got. */
  public Map<String, Integer> listeners() {
    throw new AssertionError("contract only");
  }

  /**
   * Stops accepting, tells keep-alive clients to go (Connection: close), waits until all requests
   * under way have ended or {@code grace} is over.
   *
   * @return how many requests were cut off
   */
  public int drain(Duration grace) throws InterruptedException {
    throw new AssertionError("contract only");
  }

  /** Summed over the loops; cheap enough for each scrape. */
  public Counters counters() {
    throw new AssertionError("contract only");
  }

  @Override
  public void close() {}

  /** Cumulative, but for the gauges. {@code rejects}: protocol errors by rule. */
  public record Counters(
      long clientConnections,
      long clientConnectionsOpen,
      long requests,
      long requestsInFlight,
      long retries,
      long upstreamConnects,
      long upstreamConnectionsOpen,
      long upstreamConnectionsIdle,
      Map<String, Long> rejects) {}

  /** A listener's port could not be had. */
  public static final class BindException extends Exception {
    public BindException(List<String> problems) {
      super(String.join("; ", problems));
    }
  }
}
