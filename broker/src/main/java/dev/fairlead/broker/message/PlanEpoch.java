package dev.fairlead.broker.message;

import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.plan.Plan;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the broker tells one cluster each period: its plans, and what it needs to plan alone.
 *
 * @param recipient the cluster
 * @param sentNanos the broker's monotonic clock as it sent this. All times in it are by that clock
 * @param incarnation of the recipient's life that the broker knows
 * @param echo of the recipient's last report
 * @param holdNanos how long the plans hold while nobody renews them, before they fade; positive
 * @param plans for the recipient's own keys, with the reason for each number
 * @param background the last word of the other clusters
 * @param roundTrips measured by all, with their ages
 */
public record PlanEpoch(
    EpochId id,
    String recipient,
    long sentNanos,
    long incarnation,
    Optional<Echo> echo,
    long holdNanos,
    List<Plan> plans,
    List<Observation> background,
    Map<Way, RoundTrip> roundTrips)
    implements Message {
  public PlanEpoch {
    Checked.name("broker", id.broker());
    Checked.name("recipient", recipient);
    Checked.number("incarnation", incarnation);
    if (holdNanos <= 0) {
      throw new MalformedMessageException("plans that hold for " + holdNanos + " ns");
    }
    plans = plans.stream().map(Checked::plan).toList();
    background = List.copyOf(background);
    Checked.atMost("plans", plans.size(), Limits.PLANS);
    Checked.atMost("ways", roundTrips.size(), Limits.ROWS);
    roundTrips.keySet().forEach(Checked::way);
    roundTrips = Collections.unmodifiableMap(new LinkedHashMap<>(roundTrips));
    int rows = Checked.observations(background, Limits.ROWS);
    for (Plan plan : plans) {
      rows += plan.shares().size();
    }
    Checked.atMost("rows", rows, Limits.ROWS);
  }
}
