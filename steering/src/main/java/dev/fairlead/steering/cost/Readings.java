package dev.fairlead.steering.cost;

import dev.fairlead.steering.cost.Topology.RoundTrip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last readings of one way's round trip. Immutable.
 *
 * @param last the oldest first
 */
record Readings(List<Reading> last) {
  static final Readings NONE = new Readings(List.of());

  // Half a minute at the shortest control period: a way that changed has done so by then.
  private static final int MOST = 31;
  // σ of a normal distribution over its median absolute deviation, and of its median over its σ.
  private static final double SIGMA = 1.4826;
  private static final double MEDIAN = 1.2533;

  /**
   * One reading.
   *
   * @param floor what no number of readings makes more certain, in nanoseconds
   */
  record Reading(double nanos, double floor, long atNanos) {}

  Readings {
    last = List.copyOf(last);
  }

  Readings with(Reading reading) {
    List<Reading> next = new ArrayList<>(last);
    next.add(reading);
    if (next.size() > MOST) {
      next.removeFirst();
    }
    return new Readings(next);
  }

  int count() {
    return last.size();
  }

  long ageNanos(long now) {
    return last.isEmpty() ? Long.MAX_VALUE : Math.max(0, now - last.getLast().atNanos());
  }

  /** Their median; there is at least one. */
  RoundTrip roundTrip(long now) {
    double median = median(last.stream().mapToDouble(Reading::nanos).toArray());
    double spread =
        median(last.stream().mapToDouble(each -> Math.abs(each.nanos() - median)).toArray());
    double floor = median(last.stream().mapToDouble(Reading::floor).toArray());
    double chance = MEDIAN * SIGMA * spread / StrictMath.sqrt(last.size());
    return new RoundTrip(median, StrictMath.hypot(chance, floor), ageNanos(now));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
}
