package dev.fairlead.balancer.endpoint;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All endpoints of one service, in the order that its source gave; no identity twice. */
public record EndpointSet(List<Endpoint> endpoints) {
  public static final EndpointSet EMPTY = new EndpointSet(List.of());

  public EndpointSet {
    endpoints = List.copyOf(endpoints);
    Set<Endpoint.Identity> seen = HashSet.newHashSet(endpoints.size());
    for (Endpoint endpoint : endpoints) {
      if (!seen.add(endpoint.identity())) {
        throw new IllegalArgumentException(
            endpoint.address() + " is listed twice for cluster '" + endpoint.cluster() + "'");
      }
    }
  }
}
