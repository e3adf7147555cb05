package dev.fairlead.steering.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The latencies seen at several loads, and what they say of latency as a function of load.
 * Immutable; at most {@link #MOST_BUCKETS} loads, which are where the load was.
 *
 * @param buckets in the order of their loads
 */
record LoadProfile(List<Bucket> buckets) {
  static final LoadProfile EMPTY = new LoadProfile(List.of());

  /** Half of them for the last tenth before the knee, where it matters. */
  static final int MOST_BUCKETS = 16;

  // Loads that are nearer to each other are one: their latencies cannot be told apart.
  private static final double NEAR = 0.04;
  // A bucket is of the last half minute at its load.
  private static final double TAU_SECONDS = 30;
  // Peaks come back within hours, with other software.
  private static final double FORGET_SECONDS = 3600;
  // What an hour does to certainty: after ten minutes the variance is e times as large.
  private static final double AGING_SECONDS = 600;
  // Requests that wait behind each other are no independent samples.
  private static final double CORRELATION = 4;
  // Beside chance: neighbours, garbage collectors, histogram buckets.
  private static final double FLOOR = 0.03;
  // Levels that differ by less than three standard errors, or by next to nothing, are one.
  private static final double SIGNIFICANT = 3;
  private static final double NOTHING = 0.05;

  LoadProfile {
    buckets = List.copyOf(buckets);
  }

  /**
   * What was seen around one load.
   *
   * @param load requests per second
   * @param nanos mean latency
   * @param variance of one request's latency, ns²
   * @param requests that it rests on, the older ones in part
   * @param seenNanos monotonic time of the last of them
   */
  record Bucket(double load, double nanos, double variance, double requests, long seenNanos) {
    double standardError(long now) {
      double aging = StrictMath.exp(Math.max(0, now - seenNanos) / 1e9 / AGING_SECONDS);
      double chance = CORRELATION * variance / requests;
      return StrictMath.sqrt((chance + square(FLOOR * nanos)) * aging);
    }

    Bucket with(Bucket other, double kept) {
      double all = kept * requests + other.requests;
      double part = other.requests / all;
      return new Bucket(
          load + part * (other.load - load),
          nanos + part * (other.nanos - nanos),
          variance + part * (other.variance - variance),
          all,
          Math.max(seenNanos, other.seenNanos));
    }
  }

  /** A stretch of loads with one latency. */
  record Level(double lowest, double highest, double nanos, double error) {
    private Level plus(Level right) {
      double own = 1 / square(error);
      double others = 1 / square(right.error);
      double mean = (own * nanos + others * right.nanos) / (own + others);
      return new Level(lowest, right.highest, mean, 1 / StrictMath.sqrt(own + others));
    }

    private double distance(Level right) {
      double error = StrictMath.sqrt(square(this.error) + square(right.error));
      return (right.nanos - nanos) / Math.max(error, NOTHING / SIGNIFICANT * nanos);
    }
  }

  /** With a sample at a load above 0 that lasted so many seconds. */
  LoadProfile with(Bucket sample, double seconds) {
    List<Bucket> next = new ArrayList<>(buckets);
    next.removeIf(old -> (sample.seenNanos() - old.seenNanos()) / 1e9 > FORGET_SECONDS);
    int nearest = -1;
    double least = NEAR;
    for (int at = 0; at < next.size(); at++) {
      double distance = distance(next.get(at), sample);
      if (distance <= least) {
        nearest = at;
        least = distance;
      }
    }
    if (nearest >= 0) {
      next.set(nearest, next.get(nearest).with(sample, StrictMath.exp(-seconds / TAU_SECONDS)));
    } else {
      next.add(sample);
    }
    next.sort(Comparator.comparingDouble(Bucket::load));
    if (next.size() > MOST_BUCKETS) {
      joinNearest(next);
    }
    return new LoadProfile(next);
  }

  /** Without those that claim to be slower than {@code nanos} at a load of at most {@code load}. */
  LoadProfile dominated(double load, double nanos) {
    return new LoadProfile(
        buckets.stream().filter(each -> !(each.load <= load && each.nanos > nanos)).toList());
  }

  /** Without those of a higher load. */
  LoadProfile below(double load) {
    return new LoadProfile(buckets.stream().filter(each -> each.load <= load).toList());
  }

  /** cv² of one request's latency at the lowest load; 1 where nothing was seen. */
  double squaredVariation() {
    if (buckets.isEmpty()) {
      return 1;
    }
    Bucket lowest = buckets.getFirst();
    return lowest.variance / square(lowest.nanos);
  }

  /** When it last learned, monotonic; means nothing where nothing was seen. */
  long seenNanos() {
    return buckets.stream().mapToLong(Bucket::seenNanos).reduce(0, (a, b) -> b - a > 0 ? b : a);
  }

  /** At loads and with latencies that are multiples of these. */
  LoadProfile scaled(double loads, double latencies) {
    return new LoadProfile(
        buckets.stream()
            .map(
                each ->
                    new Bucket(
                        each.load * loads,
                        each.nanos * latencies,
                        each.variance * square(latencies),
                        each.requests,
                        each.seenNanos))
            .toList());
  }

  boolean isEmpty() {
    return buckets.isEmpty();
  }

  /** The highest load at which latency is known; 0 where none is. */
  double top() {
    return buckets.isEmpty() ? 0 : buckets.getLast().load;
  }

  /**
   * Latency as a function of load that never falls: isotonic regression by pooling adjacent
   * violators (M. Ayer et al., <em>An empirical distribution function for sampling with incomplete
   * information</em>, 1955), then levels that chance may have set apart are joined, the nearest
   * first. So latency that does not depend on load is one level, whatever the noise.
   */
  List<Level> levels(long now) {
    List<Level> levels = new ArrayList<>();
    for (Bucket bucket : buckets) {
      levels.add(new Level(bucket.load, bucket.load, bucket.nanos, bucket.standardError(now)));
      while (levels.size() > 1 && levels.getLast().nanos <= levels.get(levels.size() - 2).nanos) {
        join(levels, levels.size() - 2);
      }
    }
    while (levels.size() > 1) {
      int nearest = 0;
      for (int at = 1; at + 1 < levels.size(); at++) {
        if (gap(levels, at) < gap(levels, nearest)) {
          nearest = at;
        }
      }
      if (gap(levels, nearest) >= SIGNIFICANT) {
        break;
      }
      join(levels, nearest);
    }
    return levels;
  }

  private static double gap(List<Level> levels, int at) {
    return levels.get(at).distance(levels.get(at + 1));
  }

  private static void join(List<Level> levels, int at) {
    levels.set(at, levels.get(at).plus(levels.remove(at + 1)));
  }

  private static void joinNearest(List<Bucket> sorted) {
    int nearest = 0;
    for (int at = 1; at + 1 < sorted.size(); at++) {
      if (distance(sorted.get(at), sorted.get(at + 1))
          < distance(sorted.get(nearest), sorted.get(nearest + 1))) {
        nearest = at;
      }
    }
    sorted.set(nearest, sorted.get(nearest).with(sorted.remove(nearest + 1), 1));
  }

  private static double distance(Bucket one, Bucket other) {
    return Math.abs(StrictMath.log(one.load / other.load));
  }

  private static double square(double x) {
    return x * x;
  }
}
