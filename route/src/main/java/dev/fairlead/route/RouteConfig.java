package dev.fairlead.route;

import dev.fairlead.balancer.endpoint.ServiceName;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All listeners with their routes. One request sees one configuration, from head to end.
 *
 * @param listeners of requests
 * @param tunnels listeners of connections that are led as they are
 * @param upstreams services whose endpoints are spoken to in TLS
 * @param checks services whose endpoints are checked
 * @param treatments of services that have one other than {@link Treatment#DEFAULT}
 * @param credentials what all names of certificates refer to
 */
public record RouteConfig(
    List<Listener> listeners,
    List<TunnelListener> tunnels,
    SortedMap<ServiceName, UpstreamTls> upstreams,
    SortedMap<ServiceName, HealthCheck> checks,
    SortedMap<ServiceName, Treatment> treatments,
    Credentials credentials) {
  public static final RouteConfig EMPTY = new RouteConfig(List.of());

  public RouteConfig {
    listeners = List.copyOf(listeners);
    tunnels = List.copyOf(tunnels);
    upstreams = Collections.unmodifiableSortedMap(new TreeMap<>(upstreams));
    checks = Collections.unmodifiableSortedMap(new TreeMap<>(checks));
    treatments = Collections.unmodifiableSortedMap(new TreeMap<>(treatments));
  }

  /** One that treats all services alike. */
  public RouteConfig(
      List<Listener> listeners,
      List<TunnelListener> tunnels,
      SortedMap<ServiceName, UpstreamTls> upstreams,
      SortedMap<ServiceName, HealthCheck> checks,
      Credentials credentials) {
    this(listeners, tunnels, upstreams, checks, new TreeMap<>(), credentials);
  }

  /** How a service is treated. */
  public Treatment treatment(ServiceName service) {
    return treatments.getOrDefault(service, Treatment.DEFAULT);
  }

  /** One without checks. */
  public RouteConfig(
      List<Listener> listeners,
      List<TunnelListener> tunnels,
      SortedMap<ServiceName, UpstreamTls> upstreams,
      Credentials credentials) {
    this(listeners, tunnels, upstreams, new TreeMap<>(), credentials);
  }

  /** One without TLS. */
  public RouteConfig(List<Listener> listeners) {
    this(listeners, List.of(), new TreeMap<>(), Credentials.NONE);
  }
}
