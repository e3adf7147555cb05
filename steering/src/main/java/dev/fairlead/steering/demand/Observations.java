package dev.fairlead.steering.demand;

import dev.fairlead.steering.cost.RoundTrips;
import dev.fairlead.steering.cost.Topology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All that is known at one moment: what each source saw, and what lies between the places.
 *
 * @param nanos monotonic time of the one who decides
 * @param all one for each source place and class; those of other clusters say their age
 */
public record Observations(long nanos, List<Observation> all, Topology topology) {
  // A median of fewer requests says nothing of the way.
  private static final double FEWEST_RPS = 1;
  // Standard error of a median over that of a mean, for a normal distribution.
  private static final double MEDIAN = 1.2533;

  public Observations {
    all = List.copyOf(all);
  }

  /** What one source saw, with nothing known of what lies between. */
  public static Observations of(Observation observation) {
    return new Observations(observation.nanos(), List.of(observation), Topology.UNKNOWN);
  }

  /**
   * Each source's traffic once: where it is seen as a whole and by class, the whole, which counts
   * what is of no class of its own too.
   */
  public List<Observation> withoutParts() {
    Set<TrafficKey> keys = new HashSet<>();
    all.forEach(observation -> keys.add(observation.key()));
    return all.stream()
        .filter(
            observation -> observation.key().isWhole() || !keys.contains(observation.key().whole()))
        .toList();
  }

  /**
   * The median latencies of all ways that were used, where the numbers are not stale; for {@link
   * dev.fairlead.steering.cost.RoundTrips}.
   */
  public List<RoundTrips.Latency> latencies() {
    List<RoundTrips.Latency> latencies = new ArrayList<>();
    for (Observation observation : withoutParts()) {
      for (Observation.Destination row : observation.destinations()) {
        Sample sample = Sample.of(row);
        if (row.ageNanos() <= Sample.STALE_NANOS
            && sample.endedRps() >= FEWEST_RPS
            && sample.p50Nanos() > 0) {
          double deviation =
              MEDIAN * sample.sigma() * sample.p50Nanos() / StrictMath.sqrt(sample.endedRps());
          Topology.Way way = new Topology.Way(observation.key().sourceCluster(), row.name());
          latencies.add(new RoundTrips.Latency(way, sample.p50Nanos(), deviation));
        }
      }
    }
    return latencies;
  }
}
