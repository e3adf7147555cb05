package dev.fairlead.broker;

import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what no honest reporter says. Unknown (NaN) is honest where nothing was sent or
 * answered; what is counted at every moment is always known.
 */
final class Examination {
  // More than the largest services of the world have, in each number by a factor of ten or more.
  private static final double MOST_RPS = 1e8;
  private static final double MOST_IN_FLIGHT = 1e8;
  private static final double MOST_BYTES = 1e12;
  private static final double LONGEST_NANOS = 3600e9;
  // A reporter tells what it saw itself since its last report.
  private static final long OLDEST_NANOS = 3600_000_000_000L;
  // Clocks are read one after the other.
  private static final long FUTURE_NANOS = 1_000_000;
  // Single precision on the way may turn equal numbers into unequal ones.
  private static final double ROUNDING = 1e-6;

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
    String shed = counted("requests shed a second", observation.shedRps(), MOST_RPS);
    if (shed != null) {
      return shed;
    }
    Set<String> names = new HashSet<>();
    for (Observation.Destination row : observation.destinations()) {
      String what = fault(row);
      if (what == null && !names.add(row.name())) {
        what = "there twice";
      }
      if (what != null) {
        return row.name() + " " + what;
      }
    }
    return null;
  }

  private static @Nullable String fault(Observation.Destination row) {
    if (row.ageNanos() < 0) {
      return "was measured in the future, by " + seconds(-row.ageNanos());
    }
    if (row.ageNanos() > OLDEST_NANOS) {
      return "was measured " + seconds(row.ageNanos()) + " ago";
    }
    String what = counted("in flight", row.inFlight(), MOST_IN_FLIGHT);
    if (Double.isNaN(row.inFlight())) {
      what = "in flight NaN";
    }
    if (Double.isNaN(row.startedRps()) != Double.isNaN(row.endedRps())) {
      what = "requests started " + row.startedRps() + " a second, ended " + row.endedRps();
    }
    what = what == null ? counted("requests started a second", row.startedRps(), MOST_RPS) : what;
    what = what == null ? counted("requests ended a second", row.endedRps(), MOST_RPS) : what;
    what = what == null ? counted("success ratio", row.successRatio(), 1) : what;
    what = what == null ? counted("P50 in ns", row.p50Nanos(), LONGEST_NANOS) : what;
    what = what == null ? counted("P99 in ns", row.p99Nanos(), LONGEST_NANOS) : what;
    what = what == null ? counted("bytes sent", row.bytesSentPerRequest(), MOST_BYTES) : what;
    what =
        what == null ? counted("bytes received", row.bytesReceivedPerRequest(), MOST_BYTES) : what;
    what = what == null ? counted("capacity hint", row.hintedCapacityRps(), MOST_RPS) : what;
    what = what == null ? counted("mean latency in ns", row.meanNanos(), LONGEST_NANOS) : what;
    what = what == null ? counted("ready endpoints", row.readyEndpoints(), MOST_RPS) : what;
    if (what == null && row.p99Nanos() < row.p50Nanos() * (1 - ROUNDING)) {
      what = "P99 " + row.p99Nanos() + " ns below P50 " + row.p50Nanos() + " ns";
    }
    return what;
  }

  /** Null where it is unknown or in [0, most]. */
  private static @Nullable String counted(String what, double number, double most) {
    boolean wrong = number < 0 || number > most * (1 + ROUNDING);
    return wrong ? what + " " + number : null;
  }

  private static String seconds(long nanos) {
    return nanos / 1_000_000_000L + " s";
  }
}
