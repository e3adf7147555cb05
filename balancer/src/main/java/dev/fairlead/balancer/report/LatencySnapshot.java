package dev.fairlead.balancer.report;

import java.util.Arrays;

/**
 * Immutable counts of a {@link LatencyHistogram}, cumulative or the difference of two. Values are
 * nanoseconds; a quantile is exact to {@link LatencyHistogram#RELATIVE_ERROR}.
 */
public final class LatencySnapshot {
  public static final LatencySnapshot EMPTY =
      new LatencySnapshot(new long[LatencyHistogram.BUCKETS], 0);

  private final long[] counts;
  private final long count;
  private final long sumNanos;

  LatencySnapshot(long[] counts, long sumNanos) {
    this.counts = counts;
    this.count = Arrays.stream(counts).sum();
    this.sumNanos = sumNanos;
  }

  public long count() {
    return count;
  }

  public long sumNanos() {
    return sumNanos;
  }

  /** Mean in nanoseconds; NaN without samples. */
  public double meanNanos() {
    return count == 0 ? Double.NaN : (double) sumNanos / count;
  }

  /** The value in nanoseconds below which a share {@code q} in [0, 1] lies; NaN without samples. */
  public double quantileNanos(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("quantile " + q + " is outside [0, 1]");
    }
    if (count == 0) {
      return Double.NaN;
    }
    long rank = Math.max(1, (long) Math.ceil(q * count));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return LatencyHistogram.midpointNanos(bucket);
      }
    }
    throw new AssertionError("rank " + rank + " of " + count);
  }

  /** How many values are at most {@code nanos}, each counted as its bucket's midpoint. */
  public long countAtMost(double nanos) {
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      if (LatencyHistogram.midpointNanos(bucket) > nanos) {
        break;
      }
      seen += counts[bucket];
    }
    return seen;
  }

  /** What came since {@code earlier}, a snapshot of the same histogram. */
  public LatencySnapshot since(LatencySnapshot earlier) {
    long[] difference = new long[counts.length];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      difference[bucket] = Math.max(0, counts[bucket] - earlier.counts[bucket]);
    }
    return new LatencySnapshot(difference, Math.max(0, sumNanos - earlier.sumNanos));
  }

  public LatencySnapshot plus(LatencySnapshot other) {
    long[] sum = new long[counts.length];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      sum[bucket] = counts[bucket] + other.counts[bucket];
    }
    return new LatencySnapshot(sum, sumNanos + other.sumNanos);
  }
}
