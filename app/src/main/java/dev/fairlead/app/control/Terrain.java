package dev.fairlead.app.control;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@link Topology} that a configuration's documents describe. */
final class Terrain {
  private Terrain() {}

  /**
   * Without hints. Residency is not in it either: where a service must not go, its balancer reports
   * no usable endpoint.
   */
  static Topology of(Configuration configuration) {
    Map<String, Locality> localities = new HashMap<>();
    Map<Way, RoundTrip> roundTrips = new HashMap<>();
    for (Configuration.Cluster cluster : configuration.clusters()) {
      localities.put(cluster.id(), cluster.place().locality());
      cluster
          .roundTrips()
          .forEach(
              (to, roundTrip) ->
                  roundTrips.put(
                      new Way(cluster.id(), to), new RoundTrip(roundTrip.toNanos(), 0, 0)));
    }
    // A cluster without a profile is where its endpoints say they are.
    configuration
        .services()
        .values()
        .forEach(
            service -> {
              for (Endpoint endpoint : service.endpoints()) {
                localities.putIfAbsent(endpoint.place().cluster(), endpoint.place().locality());
              }
            });
    return new Topology(localities, configuration.prices(), roundTrips, List.of(), Set.of());
  }
}
