package dev.fairlead.simulator.result;

import java.util.Arrays;

/**
 * Counts of times: each power of two is cut into 64 equal buckets, so that a bucket's middle is at
 * most 0.8 % from any value in it, from 1 µs to 18 minutes. Shorter ones fall into the first,
 * longer ones into the last.
 */
final class Histogram {
  private static final int SUB_BITS = 6;
  private static final int SUB = 1 << SUB_BITS;
  private static final int LOWEST_POWER = 10;
  private static final int HIGHEST_POWER = 39;
  private static final int BUCKETS = 1 + (HIGHEST_POWER - LOWEST_POWER + 1) * SUB;

  /** A bucket's middle is at most so far from any value in it. */
  static final double RELATIVE_ERROR = 1.0 / (2 * SUB);

  private final long[] counts = new long[BUCKETS];
  private long count;
  private double sum;

  void record(long nanos) {
    counts[bucketOf(nanos)]++;
    count++;
    sum += nanos;
  }

  void add(Histogram other) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      counts[bucket] += other.counts[bucket];
    }
    count += other.count;
    sum += other.sum;
  }

  void clear() {
    Arrays.fill(counts, 0);
    count = 0;
    sum = 0;
  }

  long count() {
    return count;
  }

  /** NaN without samples. */
  double meanNanos() {
    return count == 0 ? Double.NaN : sum / count;
  }

  /** The value that a share {@code q} does not exceed, nanoseconds; NaN without samples. */
  double quantileNanos(double q) {
    if (count == 0) {
      return Double.NaN;
    }
    long rank = Math.max(1, (long) Math.ceil(q * count));
    long seen = 0;
    int bucket = -1;
    while (seen < rank) {
      bucket++;
      seen += counts[bucket];
    }
    return middle(bucket);
  }

  static int bucketOf(long nanos) {
    if (nanos < 1L << LOWEST_POWER) {
      return 0;
    }
    int power = 63 - Long.numberOfLeadingZeros(nanos);
    if (power > HIGHEST_POWER) {
      return BUCKETS - 1;
    }
    int sub = (int) (nanos >>> (power - SUB_BITS)) & (SUB - 1);
    return 1 + (power - LOWEST_POWER) * SUB + sub;
  }

  static double middle(int bucket) {
    if (bucket == 0) {
      return 1L << (LOWEST_POWER - 1);
    }
    int power = (bucket - 1) / SUB + LOWEST_POWER;
    int sub = (bucket - 1) % SUB;
    double width = 1L << (power - SUB_BITS);
    return (1L << power) + width * (sub + 0.5);
  }
}
