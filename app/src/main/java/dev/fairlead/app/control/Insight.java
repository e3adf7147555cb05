package dev.fairlead.app.control;

import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.plan.Solution;
import java.util.Map;
import java.util.Optional;

/**
 * What the slow loop knew when it made a plan, and how it found it. Services of a call graph are
 * planned in one step, whose time and solution each of them tells.
 *
 * @param stepNanos that the period's step took: estimating, solving and change control
 * @param solution empty where the policy optimises nothing
 * @param quarantined clusters whose numbers are not heard, each with the reason
 * @param capacities by destination
 * @param roundTrips from here to each destination, as far as they were believed
 * @param seen of all classes together in the last period, as the controller was told; empty where
 *     it was not
 */
public record Insight(
    long stepNanos,
    Optional<Solution> solution,
    Map<String, String> quarantined,
    Map<String, Capacity> capacities,
    Map<String, RoundTrip> roundTrips,
    Optional<Observation> seen) {
  public Insight {
    quarantined = Map.copyOf(quarantined);
    capacities = Map.copyOf(capacities);
    roundTrips = Map.copyOf(roundTrips);
  }
}
