package dev.fairlead.balancer.report;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A mergeable log-linear histogram of latencies: each power of two is cut into 16 equal buckets, as
 * in HdrHistogram, from 1 µs to 137 s. Below and above, values fall into the first and the last
 * bucket. Any thread may record while another takes a snapshot; the snapshot may miss records that
 * are under way.
 */
public final class LatencyHistogram {
  /** A bucket's midpoint is at most this far from any value in it, from 1 µs to 137 s. */
  public static final double RELATIVE_ERROR = 1.0 / 32;

  private static final int SUB_BITS = 4;
  private static final int SUB = 1 << SUB_BITS;
  // 2^10 ns = 1.02 µs, 2^37 ns = 137 s.
  private static final int LOWEST_POWER = 10;
  private static final int HIGHEST_POWER = 36;
  static final int BUCKETS = 1 + (HIGHEST_POWER - LOWEST_POWER + 1) * SUB;

  /** The sum follows the buckets. */
  private static final int SUM = BUCKETS;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS + 1);

  /** Records a latency in nanoseconds; a negative one counts as 0. */
  public void record(long nanos) {
    counts.getAndIncrement(bucketOf(nanos));
    counts.getAndAdd(SUM, Math.max(0, nanos));
  }

  public LatencySnapshot snapshot() {
    long[] copy = new long[BUCKETS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      copy[bucket] = counts.get(bucket);
    }
    return new LatencySnapshot(copy, counts.get(SUM));
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

  static double midpointNanos(int bucket) {
    if (bucket == 0) {
      return 1L << (LOWEST_POWER - 1);
    }
    int power = (bucket - 1) / SUB + LOWEST_POWER;
    int sub = (bucket - 1) % SUB;
    long width = 1L << (power - SUB_BITS);
    return (1L << power) + width * (sub + 0.5);
  }
}
