package dev.fairlead.steering.demand;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Looks for what no honest reporter says. Unknown (NaN) is honest where nothing was answered; what
 * can be counted at every moment is always known, but for once after a restart.
 */
public final class Inspection {
  /** A reporter tells what it sees; an hour ago it saw something else. */
  private static final long OLDEST_NANOS = 3600 * 1_000_000_000L;

  // Above any real one by orders of magnitude.
  private static final double MOST_REQUESTS = 1e8;
  private static final double MOST_BYTES = 1e12;
  private static final double LONGEST_NANOS = 3600e9;
  // Single precision between clusters may round the largest up.
  private static final double ROUNDING = 1e-6;

  // Counters are read one after the other, while requests go on.
  private static final double SLACK_REQUESTS = 5;
  private static final double SLACK_SHARE = 0.05;
  // A report that got lost makes the time between two longer than the one that rates are of.
  private static final double LOST_REPORTS = 3;
  // Discovery reaches one earlier than the other, while a service scales.
  private static final double SCALING = 3;
  private static final int WITNESSES = 3;

  private Inspection() {}

  /** What is wrong with one observation, in words; empty where nothing is. */
  public static List<String> faults(Observation seen) {
    List<String> faults = impossible(seen);
    for (Observation.Destination row : seen.destinations()) {
      if (row.isMeasured() && Double.isNaN(row.startedRps()) && Double.isNaN(row.endedRps())) {
        faults.add(row.name() + ": does not know its rates, as after a restart");
      }
    }
    return faults;
  }

  /** What contradicts the observation before of the same source and class. */
  public static List<String> contradictions(Observation before, Observation now) {
    Map<String, Observation.Destination> rows = new LinkedHashMap<>();
    before.destinations().forEach(row -> rows.putIfAbsent(row.name(), row));
    List<String> faults = new ArrayList<>();
    for (Observation.Destination row : now.destinations()) {
      Observation.Destination earlier = rows.get(row.name());
      if (earlier != null) {
        double seconds =
            ((now.nanos() - row.ageNanos()) - (before.nanos() - earlier.ageNanos())) / 1e9;
        double served = row.endedRps() * seconds;
        double sent = row.startedRps() * seconds + LOST_REPORTS * earlier.inFlight();
        if (seconds > 0 && served > sent + SLACK_REQUESTS + SLACK_SHARE * served) {
          faults.add(
              row.name()
                  + ": served "
                  + row.endedRps()
                  + " rps, but only "
                  + row.startedRps()
                  + " were sent and "
                  + earlier.inFlight()
                  + " requests in flight");
        }
      }
    }
    return faults;
  }

  /**
   * What one source says of a destination and most others do not, by source cluster. Fewer
   * endpoints than others see is no fault: it may hear of them later. Who sees none is no witness
   * of how many there are: when a destination is lost each source gives its endpoints up, and tries
   * them again, at its own moment. Latencies and failures may well differ: the ways do.
   */
  public static Map<String, List<String>> disagreements(Observations seen) {
    Map<String, Map<String, Observation.Destination>> views = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      for (Observation.Destination row : observation.destinations()) {
        if (row.ageNanos() >= 0 && row.ageNanos() <= Sample.STALE_NANOS) {
          views
              .computeIfAbsent(row.name(), fresh -> new LinkedHashMap<>())
              .putIfAbsent(observation.key().sourceCluster(), row);
        }
      }
    }
    Map<String, List<String>> faults = new LinkedHashMap<>();
    views.forEach(
        (name, rows) -> {
          disagree(name + ": ready endpoints", rows, row -> row.readyEndpoints(), faults);
          disagree(name + ": capacity hint", rows, row -> row.hintedCapacityRps(), faults);
        });
    return faults;
  }

  private static void disagree(
      String what,
      Map<String, Observation.Destination> rows,
      ToDoubleFunction<Observation.Destination> number,
      Map<String, List<String>> faults) {
    double[] sorted =
        rows.values().stream().mapToDouble(number).filter(value -> value > 0).sorted().toArray();
    if (sorted.length < WITNESSES) {
      return;
    }
    double median = sorted[(sorted.length - 1) / 2];
    rows.forEach(
        (source, row) -> {
          double value = number.applyAsDouble(row);
          if (value > SCALING * median + 1) {
            faults
                .computeIfAbsent(source, fresh -> new ArrayList<>())
                .add(what + " " + value + " where others say " + Arrays.toString(sorted));
          }
        });
  }

  /** Numbers that nobody can have measured, in words; empty where there are none. */
  public static List<String> impossible(Observation seen) {
    List<String> faults = new ArrayList<>();
    Set<String> names = new HashSet<>();
    within("shed rps", seen.shedRps(), MOST_REQUESTS, faults);
    for (Observation.Destination row : seen.destinations()) {
      if (!names.add(row.name())) {
        faults.add(row.name() + " is there twice");
      }
      // Who measures what others carry, as a mesh, does not know what nobody has been sent to yet.
      if (row.isMeasured()) {
        impossible(row).forEach(fault -> faults.add(row.name() + ": " + fault));
      }
    }
    return faults;
  }

  private static List<String> impossible(Observation.Destination row) {
    List<String> faults = new ArrayList<>();
    if (row.ageNanos() < 0) {
      faults.add("measured in the future, by " + -(row.ageNanos() / 1e9) + " s");
    } else if (row.ageNanos() > OLDEST_NANOS) {
      faults.add("measured " + row.ageNanos() / 1e9 + " s ago");
    }
    if (Double.isNaN(row.inFlight())) {
      faults.add("does not know its requests in flight");
    }
    if (Double.isNaN(row.startedRps()) != Double.isNaN(row.endedRps())) {
      faults.add("started " + row.startedRps() + " rps and ended " + row.endedRps());
    }
    within("started rps", row.startedRps(), MOST_REQUESTS, faults);
    within("ended rps", row.endedRps(), MOST_REQUESTS, faults);
    within("in flight", row.inFlight(), MOST_REQUESTS, faults);
    within("success ratio", row.successRatio(), 1, faults);
    within("P50 ns", row.p50Nanos(), LONGEST_NANOS, faults);
    within("P99 ns", row.p99Nanos(), LONGEST_NANOS, faults);
    within("mean ns", row.meanNanos(), LONGEST_NANOS, faults);
    within("bytes sent", row.bytesSentPerRequest(), MOST_BYTES, faults);
    within("bytes received", row.bytesReceivedPerRequest(), MOST_BYTES, faults);
    within("capacity hint", row.hintedCapacityRps(), MOST_REQUESTS, faults);
    within("ready endpoints", row.readyEndpoints(), MOST_REQUESTS, faults);
    if (row.p99Nanos() < row.p50Nanos()) {
      faults.add("P99 of " + row.p99Nanos() + " ns below P50 of " + row.p50Nanos() + " ns");
    }
    if (Double.isNaN(row.p50Nanos()) != Double.isNaN(row.p99Nanos())) {
      faults.add("P50 of " + row.p50Nanos() + " ns with P99 of " + row.p99Nanos() + " ns");
    }
    return faults;
  }

  private static void within(String what, double number, double most, List<String> faults) {
    if (number < 0 || number > most * (1 + ROUNDING)) {
      faults.add(what + " " + number + " is not in [0, " + most + "]");
    }
  }
}
