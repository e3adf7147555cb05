package dev.fairlead.route;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A port that takes traffic.
 *
 * @param name {@code namespace/gateway/listener}
 * @param host IP literal to bind; {@code ::} or {@code 0.0.0.0} for all
 * @param port 1…65535; 0 for any free one, in tests
 * @param hostname the listener's own hostname, which narrows its routes, and in TLS the clients
 *     that it is for by the name that they ask for
 * @param tls empty for clear text; all listeners of one address and port have it, or none
 * @param clientKey a name of {@link Credentials#keys()}: with what we prove ourselves to endpoints
 *     that are spoken to in TLS; empty: we do not
 * @param traceRatio of the traces that begin at it, how many are recorded, in [0, 1]; empty: as the
 *     process has it
 * @param routes attached to it; {@link RouteTable} puts them in order of precedence
 */
public record Listener(
    String name,
    String host,
    int port,
    HostPattern hostname,
    Optional<ServerTls> tls,
    Optional<String> clientKey,
    OptionalDouble traceRatio,
    List<Route> routes) {
  public Listener {
    routes = List.copyOf(routes);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is outside 0…65535");
    }
  }

  /** One whose traces are recorded as everywhere. */
  public Listener(
      String name,
      String host,
      int port,
      HostPattern hostname,
      Optional<ServerTls> tls,
      Optional<String> clientKey,
      List<Route> routes) {
    this(name, host, port, hostname, tls, clientKey, OptionalDouble.empty(), routes);
  }

  /** One in clear text, to clear text. */
  public Listener(String name, String host, int port, HostPattern hostname, List<Route> routes) {
    this(name, host, port, hostname, Optional.empty(), Optional.empty(), routes);
  }
}
