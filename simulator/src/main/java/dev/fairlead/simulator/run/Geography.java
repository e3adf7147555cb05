package dev.fairlead.simulator.run;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.world.Places;
import dev.fairlead.simulator.world.Script;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an operator would have told the slow loop of what lies between the clusters: where they are,
 * the usual round trips, and today's prices. Faults of links it has to find out.
 */
final class Geography {
  private final Script script;
  private final Map<String, Locality> localities = new HashMap<>();
  private final Map<Topology.Way, Topology.RoundTrip> roundTrips = new HashMap<>();
  private PriceList prices;
  private Topology known;

  Geography(Scenario scenario, Places places, Script script) {
    this.script = script;
    for (Cluster cluster : scenario.clusters()) {
      localities.put(cluster.name(), cluster.locality(""));
    }
    for (String from : places.clusters()) {
      for (String to : places.clusters()) {
        int here = places.number(from, "");
        int there = places.number(to, "");
        long nanos = places.way(here, there).delayNanos() + places.way(there, here).delayNanos();
        roundTrips.put(new Topology.Way(from, to), new Topology.RoundTrip(nanos, 0, 0));
      }
    }
    prices = script.prices();
    known = make();
  }

  private Topology make() {
    return new Topology(localities, prices, roundTrips, List.of(), Set.of());
  }

  Topology topology() {
    if (!prices.equals(script.prices())) {
      prices = script.prices();
      known = make();
    }
    return known;
  }
}
