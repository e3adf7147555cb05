package dev.fairlead.broker;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is configured of the ways between clusters, with what was measured and told. */
final class Topologies {
  static final Comparator<Way> BY_NAMES = Comparator.comparing(Way::from).thenComparing(Way::to);

  private Topologies() {}

  /** A measured round trip stands in place of a configured one. */
  static Topology with(Topology configured, Map<Way, RoundTrip> measured) {
    if (measured.isEmpty()) {
      return configured;
    }
    Map<Way, RoundTrip> roundTrips = new HashMap<>(configured.roundTrips());
    roundTrips.putAll(measured);
    return new Topology(
        configured.localities(),
        configured.prices(),
        roundTrips,
        configured.hints(),
        configured.forbidden());
  }

  /**
   * Where locality alone would send a cluster's traffic: to itself; else to those in its zone, else
   * in its region, else to all.
   *
   * @param destinations at least one
   */
  static List<String> nearest(Topology topology, String cluster, Collection<String> destinations) {
    if (destinations.contains(cluster)) {
      return List.of(cluster);
    }
    Locality own = topology.locality(cluster);
    int best =
        destinations.stream().mapToInt(each -> rank(own, topology.locality(each))).max().orElse(0);
    return destinations.stream()
        .filter(each -> rank(own, topology.locality(each)) == best)
        .sorted()
        .toList();
  }

  private static int rank(Locality own, Locality other) {
    if (!own.region().equals(other.region())) {
      return 0;
    }
    return own.zone().equals(other.zone()) ? 2 : 1;
  }
}
