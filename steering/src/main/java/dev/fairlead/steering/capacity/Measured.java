package dev.fairlead.steering.capacity;

/**
 * A capacity that was measured.
 *
 * @param rps requests per second; NaN where unknown
 * @param deviation one standard deviation
 * @param nanos monotonic time of the last measurement
 */
record Measured(double rps, double deviation, long nanos) {
  static final Measured UNKNOWN = new Measured(Double.NaN, Double.NaN, 0);

  /** Then it is what was served once: five minutes are long against the moves that follow it. */
  private static final long FRESH_NANOS = 300_000_000_000L;

  // A capacity is not one number: garbage is collected, neighbours come and go.
  private static final double LEAST_DEVIATION = 0.02;
  private static final double SIGNIFICANT = 3;

  boolean isKnown() {
    return !Double.isNaN(rps);
  }

  boolean isFresh(long now) {
    return isKnown() && now - nanos <= FRESH_NANOS;
  }

  /** With a newer one: the weighted mean where they agree, else the newer. */
  Measured with(Measured newer) {
    double least = LEAST_DEVIATION * newer.rps;
    double others = square(Math.max(newer.deviation, least));
    double own = square(Math.max(deviation(newer.nanos), least));
    double mean = newer.rps;
    double variance = others;
    if (isFresh(newer.nanos)
        && Math.abs(newer.rps - rps) <= SIGNIFICANT * StrictMath.sqrt(own + others)) {
      mean = (rps / own + newer.rps / others) / (1 / own + 1 / others);
      variance = 1 / (1 / own + 1 / others);
    }
    double deviation = Math.max(StrictMath.sqrt(variance), least);
    return new Measured(mean, deviation, newer.nanos);
  }

  Measured times(double factor) {
    return new Measured(rps * factor, deviation * factor, nanos);
  }

  /** After so long: a fifth more of it when it is about to be forgotten. */
  double deviation(long now) {
    double age = Math.max(0, now - nanos) / (double) FRESH_NANOS;
    return StrictMath.sqrt(square(deviation) + square(0.2 * age * rps));
  }

  private static double square(double x) {
    return x * x;
  }
}
