package dev.fairlead.steering.demand;

/**
 * An exponentially weighted moving average over uneven times: {@code v ← x(1−d) + v·d}, {@code d =
 * e^(−Δt/τ)}. The first sample initialises it.
 *
 * @param value NaN where unknown
 * @param nanos monotonic time of the last sample
 */
public record Ewma(double value, long nanos) {
  public static final Ewma UNKNOWN = new Ewma(Double.NaN, 0);

  public boolean isKnown() {
    return !Double.isNaN(value);
  }

  /** With a finite sample; a clock that stands still or goes back leaves the value as it is. */
  public Ewma with(double sample, long now, double tauNanos) {
    if (!isKnown()) {
      return new Ewma(sample, now);
    }
    double d = StrictMath.exp(-Math.max(0, (double) (now - nanos)) / tauNanos);
    return new Ewma(sample * (1 - d) + value * d, now);
  }
}
