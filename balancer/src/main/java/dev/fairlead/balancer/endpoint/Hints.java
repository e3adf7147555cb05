package dev.fairlead.balancer.endpoint;

import java.util.Set;

/**
 * For whom an endpoint is meant by its EndpointSlice: {@code hints.forZones} and {@code
 * hints.forNodes}, by name. An empty set is no hint of that kind.
 */
public record Hints(Set<String> zones, Set<String> nodes) {
  public static final Hints NONE = new Hints(Set.of(), Set.of());

  public Hints {
    zones = Set.copyOf(zones);
    nodes = Set.copyOf(nodes);
  }
}
