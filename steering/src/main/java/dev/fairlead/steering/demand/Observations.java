package dev.fairlead.steering.demand;

import dev.fairlead.steering.cost.Topology;
import java.util.List;

/**
 * All that is known at one moment: what each source saw, and what lies between the places.
 *
 * @param nanos monotonic time of the one who decides
 * @param all one for each source place and class; those of other clusters say their age
 */
public record Observations(long nanos, List<Observation> all, Topology topology) {
  public Observations {
    all = List.copyOf(all);
  }

  /** What one source saw, with nothing known of what lies between. */
  public static Observations of(Observation observation) {
    return new Observations(observation.nanos(), List.of(observation), Topology.UNKNOWN);
  }
}
