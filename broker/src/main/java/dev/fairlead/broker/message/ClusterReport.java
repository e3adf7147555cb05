package dev.fairlead.broker.message;

import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a cluster tells the broker each interval.
 *
 * @param incarnation of the reporter's life; a later life's is higher
 * @param sequence counts the reports of a life, from 1
 * @param sentNanos the reporter's monotonic clock as it sent this. All times in it are by that
 *     clock, so only their distance from this one means anything to others
 * @param following the newest epoch that it accepted, in force unless {@code enforced} says {@code
 *     alone}
 * @param echo of the last epoch that it got
 * @param observations of the reporter's own traffic, with the operator's capacity hints in their
 *     rows
 * @param enforced the shares in force
 * @param roundTrips that it measured, by the cluster at the other end
 */
public record ClusterReport(
    String cluster,
    long incarnation,
    long sequence,
    long sentNanos,
    EpochId following,
    Optional<Echo> echo,
    List<Observation> observations,
    List<Enforced> enforced,
    Map<String, RoundTrip> roundTrips)
    implements Message {
  public ClusterReport {
    Checked.name("cluster", cluster);
    Checked.number("incarnation", incarnation);
    Checked.number("sequence", sequence);
    Checked.destinations(roundTrips.keySet());
    observations = List.copyOf(observations);
    enforced = List.copyOf(enforced);
    roundTrips = Collections.unmodifiableMap(new TreeMap<>(roundTrips));
    int rows = Checked.observations(observations, Limits.KEYS);
    Checked.atMost("plans in force", enforced.size(), Limits.PLANS);
    for (Enforced each : enforced) {
      rows += each.shares().size();
    }
    Checked.atMost("rows", rows, Limits.ROWS);
  }
}
