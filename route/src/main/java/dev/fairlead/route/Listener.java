package dev.fairlead.route;

import java.util.List;

/**
 * A port that takes traffic.
 *
 * @param name {@code namespace/gateway/listener}
 * @param host IP literal to bind; {@code ::} or {@code 0.0.0.0} for all
 * @param port 1…65535; 0 for any free one, in tests
 * @param hostname the listener's own hostname, which narrows its routes
 * @param routes attached to it; {@link RouteTable} puts them in order of precedence
 */
public record Listener(
    String name, String host, int port, HostPattern hostname, List<Route> routes) {
  public Listener {
    routes = List.copyOf(routes);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is outside 0…65535");
    }
  }
}
