package dev.fairlead.app.demo;

import java.util.random.RandomGenerator;

/**
 * A log-normal distribution of service times, given by two of its quantiles.
 *
 * <p>ln(time) is normal with mean ln(p50) and standard deviation σ = ln(p99/p50)/z₉₉.
 */
record ServiceTime(double p50Millis, double p99Millis) {
  /** The standard normal distribution's 99th percentile. */
  private static final double Z99 = 2.3263478740408408;

  ServiceTime {
    if (!(p50Millis > 0) || !(p99Millis >= p50Millis) || Double.isInfinite(p99Millis)) {
      throw new IllegalArgumentException("0 < p50 ≤ p99 is needed");
    }
  }

  double sigma() {
    return Math.log(p99Millis / p50Millis) / Z99;
  }

  double meanMillis() {
    return p50Millis * Math.exp(sigma() * sigma() / 2);
  }

  /** One draw in nanoseconds, {@code scale} times as long as it would be. */
  long nextNanos(RandomGenerator random, double scale) {
    return Math.round(scale * p50Millis * 1e6 * Math.exp(sigma() * random.nextGaussian()));
  }
}
