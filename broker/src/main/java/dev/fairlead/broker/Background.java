package dev.fairlead.broker;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The last word of the other clusters, as the broker passed it on: what a cluster that has to plan
 * alone knows of them.
 *
 * @param nanos when it came
 * @param observations dated by our clock
 */
record Background(long nanos, List<Observation> observations, Map<Way, RoundTrip> roundTrips) {
  static final Background NONE = new Background(0, List.of(), Map.of());

  /**
   * What to pass on to one cluster: what the others observed, as long as there is room.
   *
   * @param seen by all, the most important first
   * @param wanted the services of which the cluster needs to know
   * @param rows room for so many
   */
  static List<Observation> ofOthers(
      String cluster, List<Observation> seen, Predicate<ServiceName> wanted, int rows) {
    List<Observation> background = new ArrayList<>();
    int room = rows;
    for (Observation other : seen) {
      TrafficKey key = other.key();
      int size = other.destinations().size();
      if (!key.sourceCluster().equals(cluster) && wanted.test(key.service()) && size <= room) {
        background.add(other);
        room -= size;
      }
    }
    return background;
  }

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
