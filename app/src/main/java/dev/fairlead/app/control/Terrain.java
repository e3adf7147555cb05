package dev.fairlead.app.control;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import java.util.HashMap;
import java.util.HashSet;
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
    mirrors(configuration)
        .forEach(
            (name, cluster) ->
                localities.putIfAbsent(name, localities.getOrDefault(cluster, Locality.UNKNOWN)));
    return new Topology(localities, configuration.prices(), roundTrips, List.of(), Set.of());
  }

  /**
   * The clusters that services stand for, by those services' names: backends of splits are named
   * so. Without those of which two namespaces say different things.
   */
  static Map<String, String> mirrors(Configuration configuration) {
    Map<String, String> mirrors = new HashMap<>();
    Set<String> ambiguous = new HashSet<>();
    for (ServiceConfig service : configuration.services().values()) {
      if (service.mirrored().isPresent()) {
        String cluster = service.mirrored().get();
        String known = mirrors.putIfAbsent(service.name().name(), cluster);
        if (known != null && !known.equals(cluster)) {
          ambiguous.add(service.name().name());
        }
      }
    }
    mirrors.keySet().removeAll(ambiguous);
    return mirrors;
  }

  /** With ways to mirrors, which are as long as those to the clusters that they stand for. */
  static Map<Way, RoundTrip> withMirrors(
      Map<Way, RoundTrip> roundTrips, Map<String, String> mirrors) {
    Map<Way, RoundTrip> all = new HashMap<>(roundTrips);
    mirrors.forEach(
        (name, cluster) ->
            roundTrips.forEach(
                (way, roundTrip) -> {
                  if (way.to().equals(cluster)) {
                    all.putIfAbsent(new Way(way.from(), name), roundTrip);
                  }
                }));
    return all;
  }
}
