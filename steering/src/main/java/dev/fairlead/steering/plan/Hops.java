package dev.fairlead.steering.plan;

import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Situation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One service's requests between clusters: what is asked now, where it goes, what lies between. */
final class Hops {
  private final Situation situation;
  private final Topology topology;
  private final long nanos;
  private final Bytes bytes;
  private final List<TrafficKey> keys;
  private final Map<String, Integer> destinations = new HashMap<>();

  /** Requests per second now, source by source as the situation's ways. */
  private final double[] flows;

  private final double[] loads;
  private final double meanNanos;

  Hops(Scene scene, Situation situation, Memory memory, Topology topology, long nanos) {
    this.situation = situation;
    this.topology = topology;
    this.nanos = nanos;
    keys = scene.sources();
    for (Situation.Destination destination : situation.destinations()) {
      destinations.put(destination.name(), destinations.size());
    }
    int m = destinations.size();
    flows = new double[keys.size() * m];
    loads = new double[m];
    Bytes known = Bytes.UNKNOWN;
    double sum = 0;
    for (int s = 0; s < keys.size(); s++) {
      Bytes own = memory.bytes().getOrDefault(keys.get(s), Bytes.UNKNOWN);
      known = known.sent().isKnown() ? known : own;
      Observation observation = scene.all().get(keys.get(s));
      for (int t = 0; t < m; t++) {
        sum += situation.way(s, t).nanos();
        Observation.Destination row =
            observation == null
                ? null
                : Scene.rows(observation).get(situation.destinations().get(t).name());
        double rps = row == null ? 0 : Sample.of(row).startedRps();
        flows[s * m + t] = rps > 0 ? rps : 0;
        loads[t] += flows[s * m + t];
      }
    }
    bytes = known;
    meanNanos = sum / Math.max(1, keys.size() * m);
  }

  private boolean isOf(int source, int trafficClass) {
    return trafficClass == TrafficKey.ANY_CLASS
        || situation.sources().get(source).trafficClass() == trafficClass;
  }

  /** What is asked from everywhere; of all classes for {@link TrafficKey#ANY_CLASS}. */
  double rps(int trafficClass) {
    double sum = 0;
    for (int s = 0; s < keys.size(); s++) {
      sum += isOf(s, trafficClass) ? situation.sources().get(s).rps() : 0;
    }
    return sum;
  }

  /** What is asked from a cluster. */
  double rps(String cluster, int trafficClass) {
    double sum = 0;
    for (int s = 0; s < keys.size(); s++) {
      Situation.Source source = situation.sources().get(s);
      sum += isOf(s, trafficClass) && source.place().equals(cluster) ? source.rps() : 0;
    }
    return sum;
  }

  /** What arrives now in a cluster from everywhere. */
  double arrives(String cluster, int trafficClass) {
    Integer t = destinations.get(cluster);
    double sum = 0;
    for (int s = 0; t != null && s < keys.size(); s++) {
      sum += isOf(s, trafficClass) ? flows[s * destinations.size() + t] : 0;
    }
    return sum;
  }

  /**
   * Mean latency now of what a cluster asks; the least that it could be where none is seen to ask:
   * who calls from there, unseen by whoever plans alone, has a plan too.
   */
  double nanosNow(String cluster) {
    int m = destinations.size();
    double sum = 0;
    double all = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int t = 0; t < m; t++) {
      Situation.Destination destination = situation.destinations().get(t);
      double served = destination.curve().nanos(destination.backgroundRps() + loads[t]);
      double way = way(cluster, destination.name(), TrafficKey.ANY_CLASS).nanos();
      least = destination.usable() ? Math.min(least, way + served) : least;
      for (int s = 0; s < keys.size(); s++) {
        if (situation.sources().get(s).place().equals(cluster)) {
          sum += flows[s * m + t] * (situation.way(s, t).nanos() + served);
          all += flows[s * m + t];
        }
      }
    }
    return all > 0 ? sum / all : least < Double.POSITIVE_INFINITY ? least : 0;
  }

  /** The clusters that are seen to ask. */
  Set<String> callers() {
    return keys.stream().map(TrafficKey::sourceCluster).collect(Collectors.toSet());
  }

  /** A destination whatever its load: with the latency that it has now. */
  Situation.Destination asNow(Situation.Destination pool) {
    Integer t = destinations.get(pool.name());
    double nanos = pool.curve().nanos(pool.backgroundRps() + (t == null ? 0 : loads[t]));
    return new Situation.Destination(
        pool.name(), pool.usable(), Double.POSITIVE_INFINITY, pool.backgroundRps(), rps -> nanos);
  }

  /** As the cluster's own source of that class sees it, else any of the cluster's, else the map. */
  Situation.Way way(String from, String to, int trafficClass) {
    Integer t = destinations.get(to);
    int found = -1;
    for (int s = 0; s < keys.size(); s++) {
      Situation.Source source = situation.sources().get(s);
      boolean own = source.place().equals(from);
      if (own && (found < 0 || source.trafficClass() == trafficClass)) {
        found = s;
      }
    }
    return found >= 0 && t != null ? situation.way(found, t) : unseen(from, to);
  }

  private Situation.Way unseen(String from, String to) {
    double roundTrip = topology.roundTripNanos(from, to, nanos);
    return new Situation.Way(
        Math.clamp(Double.isNaN(roundTrip) ? meanNanos : roundTrip, 0, 1e13),
        Math.clamp(bytes.dollars(topology, from, to), 0, 1e6),
        topology.forbidden().contains(new Topology.Way(from, to)));
  }
}
