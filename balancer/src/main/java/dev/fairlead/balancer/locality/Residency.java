package dev.fairlead.balancer.locality;

import dev.fairlead.balancer.endpoint.Place;
import java.util.Set;

/**
 * Places where a service's requests must not go, whatever else breaks: a filter before panic and
 * spill. A place is forbidden if its cluster, its locality or its network is. It fails closed: a
 * cluster, region, zone or sub-zone that is not known counts as the forbidden one, since nothing
 * shows that it is another.
 *
 * @param clusters cluster ids, exact or a prefix and {@code *}
 * @param localities forbidden regions, zones and sub-zones
 * @param networks names, exactly; the empty one is the default network and known like others
 */
public record Residency(
    Set<String> clusters, Set<LocalityPattern> localities, Set<String> networks) {
  /** Forbids nothing. */
  public static final Residency ANYWHERE = new Residency(Set.of(), Set.of(), Set.of());

  public Residency {
    clusters = Set.copyOf(clusters);
    localities = Set.copyOf(localities);
    networks = Set.copyOf(networks);
    clusters.forEach(LocalityPattern::check);
  }

  public boolean forbids(Place place) {
    if (networks.contains(place.network())) {
      return true;
    }
    for (String cluster : clusters) {
      if (LocalityPattern.mayBe(cluster, place.cluster())) {
        return true;
      }
    }
    for (LocalityPattern pattern : localities) {
      if (pattern.mayBe(place.locality())) {
        return true;
      }
    }
    return false;
  }
}
