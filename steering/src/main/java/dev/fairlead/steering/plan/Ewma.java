package dev.fairlead.steering.plan;

/**
 * An exponentially weighted moving average over uneven times: {@code v ← x(1−d) + v·d}, {@code d =
 * e^(−Δt/τ)}. The first sample initialises it.
 *
 * @param value NaN where unknown
 * @param nanos monotonic time of the last sample
 */
record Ewma(double value, long nanos) {
  static final Ewma UNKNOWN = new Ewma(Double.NaN, 0);

  boolean isKnown() {
    return !Double.isNaN(value);
  }

  /** With a finite sample; a clock that stands still or goes back leaves the value as it is. */
  Ewma with(double sample, long now, double tauNanos) {
    if (!isKnown()) {
      return new Ewma(sample, now);
    }
    double d = Math.exp(-Math.max(0, (double) (now - nanos)) / tauNanos);
    return new Ewma(sample * (1 - d) + value * d, now);
  }
}
