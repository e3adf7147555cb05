package dev.fairlead.broker;

import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Inspection;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what makes a message one that no honest reporter sends: of the numbers what {@link
 * Inspection#impossible} finds, and beside them whose traffic they are of and when.
 */
final class Examination {
  private static final double LONGEST_NANOS = 3600e9;
  // A reporter tells what it saw itself since its last report.
  private static final long OLDEST_NANOS = 3600_000_000_000L;
  // Clocks are read one after the other.
  private static final long FUTURE_NANOS = 1_000_000;

  private Examination() {}

  /** What is wrong with it, in words; null where nothing is. */
  static @Nullable String fault(ClusterReport report) {
    Set<TrafficKey> keys = new HashSet<>();
    for (Observation observation : report.observations()) {
      TrafficKey key = observation.key();
      String what = fault(report, observation);
      if (what == null && !keys.add(key)) {
        what = "it is there twice";
      }
      if (what != null) {
        return "its observation of " + key.service() + ": " + what;
      }
    }
    for (Map.Entry<String, RoundTrip> entry : report.roundTrips().entrySet()) {
      RoundTrip roundTrip = entry.getValue();
      if (roundTrip.nanos() > LONGEST_NANOS || roundTrip.deviationNanos() > LONGEST_NANOS) {
        return "its round trip to " + entry.getKey() + " of " + roundTrip.nanos() + " ns";
      }
    }
    return null;
  }

  /** Whether a rate is unknown in it, as once after counters began anew. */
  static boolean isUnclear(ClusterReport report) {
    for (Observation observation : report.observations()) {
      for (Observation.Destination row : observation.destinations()) {
        if (Double.isNaN(row.startedRps())) {
          return true;
        }
      }
    }
    return false;
  }

  private static @Nullable String fault(ClusterReport report, Observation observation) {
    if (!observation.key().sourceCluster().equals(report.cluster())) {
      return "it is of traffic from " + observation.key().sourceCluster() + ", not its own";
    }
    long age = report.sentNanos() - observation.nanos();
    if (age < -FUTURE_NANOS) {
      return "it is from the future, by " + seconds(-age);
    }
    if (age > OLDEST_NANOS) {
      return "it is " + seconds(age) + " old";
    }
    List<String> impossible = Inspection.impossible(observation);
    return impossible.isEmpty() ? null : impossible.getFirst();
  }

  private static String seconds(long nanos) {
    return nanos / 1_000_000_000L + " s";
  }
}
