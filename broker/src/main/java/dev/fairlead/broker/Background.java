package dev.fairlead.broker;

import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last word of the other clusters, as the broker passed it on: what a cluster that has to plan
 * alone knows of them.
 *
 * @param nanos when it came
 * @param observations dated by our clock
 */
record Background(long nanos, List<Observation> observations, Map<Way, RoundTrip> roundTrips) {
  static final Background NONE = new Background(0, List.of(), Map.of());

  static Background of(long now, PlanEpoch epoch, PeerClock clock) {
    List<Observation> dated = new ArrayList<>();
    for (Observation told : epoch.background()) {
      if (!told.key().sourceCluster().equals(epoch.recipient())) {
        dated.add(Ages.dated(told, now - clock.ageNanos(now, told.nanos())));
      }
    }
    return new Background(now, dated, epoch.roundTrips());
  }

  List<Observation> observations(long now) {
    return observations.stream().map(each -> Ages.aged(each, now, name -> 0)).toList();
  }

  Map<Way, RoundTrip> roundTrips(long now) {
    Map<Way, RoundTrip> aged = new LinkedHashMap<>();
    roundTrips.forEach((way, told) -> aged.put(way, Ages.aged(told, now - nanos)));
    return aged;
  }
}
