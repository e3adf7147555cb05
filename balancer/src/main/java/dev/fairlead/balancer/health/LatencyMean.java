package dev.fairlead.balancer.health;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The geometric mean of the latencies since it was last taken. Count and sum of logarithms are one
 * word, so that adding is one atomic operation and a mean never mixes the two of different moments.
 * The logarithm is the bits of the floating-point number: linear between powers of two, which is
 * exact where all samples are equal and off by at most 6 % else. Any thread, no lock.
 */
final class LatencyMean {
  /** Two hours. What took longer is no latency; and it keeps the logarithm below 2¹⁴. */
  static final double LONGEST_NANOS = 0x1p43;

  private static final int FRACTION_BITS = 8;
  private static final int DROPPED_BITS = 52 - FRACTION_BITS;
  private static final long EXPONENT_OF_ONE = 1023L << FRACTION_BITS;
  // 14 bits of logarithm times 2²⁴ samples.
  private static final int SUM_BITS = 38;
  private static final long SUM_MASK = (1L << SUM_BITS) - 1;
  private static final long ONE = 1L << SUM_BITS;
  private static final long MOST = (1L << 24) - 1;

  private final AtomicLong countAndSum = new AtomicLong();

  /** Adds a sample, nanoseconds. False, and nothing is added, if no latency can be that. */
  boolean add(double nanos) {
    if (!(nanos >= 0 && nanos <= LONGEST_NANOS)) {
      return false;
    }
    if (count() < MOST / 2) { // Half, so that threads which checked at once cannot overflow it.
      long bits = Double.doubleToRawLongBits(Math.max(1, nanos));
      countAndSum.getAndAdd(ONE + (bits >>> DROPPED_BITS) - EXPONENT_OF_ONE);
    }
    return true;
  }

  long count() {
    return countAndSum.get() >>> SUM_BITS;
  }

  /** Starts anew. Returns the mean until now, nanoseconds; NaN if there are fewer samples. */
  double take(int minSamples) {
    long taken = countAndSum.getAndSet(0);
    long count = taken >>> SUM_BITS;
    if (count == 0 || count < minSamples) {
      return Double.NaN;
    }
    double mean = (double) (taken & SUM_MASK) / count + EXPONENT_OF_ONE;
    return Double.longBitsToDouble((long) (mean * (1L << DROPPED_BITS)));
  }
}
