package dev.fairlead.app.demo;

import java.util.SplittableRandom;

/**
 * Intended send times of an open-loop Poisson load: gaps are exponential and know nothing of how
 * the answers fare.
 */
final class Arrivals {
  private final SplittableRandom random;
  private final double meanGapNanos;
  private double atNanos;

  /** {@code rate}: requests per second, over 0. */
  Arrivals(double rate, long seed) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("the rate must be over 0 and finite");
    }
    this.random = new SplittableRandom(seed);
    this.meanGapNanos = 1e9 / rate;
  }

  /** The next intended send time, in nanoseconds since the load began. Never decreases. */
  long nextNanos() {
    // 1 − u is in (0, 1], so that the logarithm is finite.
    atNanos -= Math.log(1 - random.nextDouble()) * meanGapNanos;
    return (long) atNanos;
  }
}
