package dev.fairlead.steering.demand;

/**
 * What one source wants to send, for one class: level and trend over uneven periods (C. C. Holt,
 * 1957; for uneven times D. J. Wright, <em>Forecasting data published at irregular time intervals
 * using an extension of Holt's method</em>, Management Science 32(4), 1986), with Wright's gains in
 * their continuous form {@code 1 − e^(−Δt/τ)}. Immutable.
 *
 * <p>The deviation is that of the forecasts that were made so far, and at least that of a Poisson
 * count. A sample that the deviation does not explain is a step: the level takes it whole, since a
 * plan for the demand of a minute ago overloads somebody now. A noisy source raises its own
 * deviation, so that its noise is soon no step any more.
 *
 * @param level requests per second at {@code nanos}; NaN where nothing is known
 * @param trend requests per second per second
 * @param variance of the forecasts' errors, (requests per second)²
 * @param samples seen, as far as they count
 * @param nanos monotonic time of the last sample
 */
public record DemandEstimator(
    double level, double trend, double variance, int samples, long nanos) {
  public static final DemandEstimator UNKNOWN =
      new DemandEstimator(Double.NaN, 0, Double.NaN, 0, 0);

  // The default control period: two of three parts of a sample count at once.
  private static final double LEVEL_TAU = 5;
  // Trends of minutes matter; those of one or two periods are noise.
  private static final double TREND_TAU = 20;
  private static final double VARIANCE_TAU = 30;
  // However long a period is, it is one sample and has a sample's noise.
  private static final double MOST_OF_LEVEL = 0.6;
  private static final double MOST_OF_TREND = 0.2;
  private static final double MOST_OF_VARIANCE = 0.1;
  // Four deviations: chance does it once in 16 000 periods.
  private static final double STEP = 4;
  // A trend is believed this far ahead and no farther: nothing grows for ever.
  private static final double HORIZON_SECONDS = 30;
  // As long as it takes for a forgotten forecast to be wrong by its own deviation.
  private static final double AGING_SECONDS = 10;
  // The shortest control period, and what the first sample is taken to have lasted.
  private static final double SHORTEST_SECONDS = 1;
  private static final double HIGHEST_RPS = 1e12;

  /**
   * With the requests per second that were measured until {@code now}: 0 where there were none, NaN
   * where nobody knows. What was measured before the last sample, or at its time, changes nothing.
   */
  public DemandEstimator after(long now, double rps) {
    if (!(rps >= 0 && rps <= HIGHEST_RPS)) {
      return this;
    }
    if (Double.isNaN(level)) {
      return new DemandEstimator(rps, 0, chance(rps, SHORTEST_SECONDS), 1, now);
    }
    double elapsed = (now - nanos) / 1e9;
    if (!(elapsed > 0)) {
      return this;
    }
    double chance = chance(Math.max(rps, forecast(now)), Math.max(elapsed, SHORTEST_SECONDS));
    double error = rps - forecast(now);
    double deviation = StrictMath.sqrt(Math.max(variance, chance));
    boolean step = Math.abs(error) > STEP * deviation;
    double forget = 1 - gain(elapsed, VARIANCE_TAU, MOST_OF_VARIANCE);
    // A step counts as the largest error that is none: it must not hide the next one.
    double most = step ? STEP * deviation : Math.abs(error);
    double spread = variance * forget + most * most * (1 - forget);
    if (step) {
      return new DemandEstimator(rps, 0, spread, samples + 1, now);
    }
    double gain = Math.max(gain(elapsed, LEVEL_TAU, MOST_OF_LEVEL), 1.0 / (samples + 1));
    double trendGain = gain(elapsed, TREND_TAU, MOST_OF_TREND);
    double nextLevel = forecast(now) + gain * error;
    // Error correction form: what the level was moved by beyond the forecast, as a rate.
    double nextTrend = trend + trendGain * gain * error / elapsed;
    return new DemandEstimator(
        Math.max(0, nextLevel), nextTrend, spread, Math.min(samples + 1, 1000), now);
  }

  /**
   * Requests per second that many nanoseconds after {@code now}: unknown where the last measurement
   * is stale.
   */
  public Estimate ahead(long now, long horizonNanos) {
    long age = Math.max(0, now - nanos);
    if (Double.isNaN(level) || age > Sample.STALE_NANOS) {
      return Estimate.UNKNOWN;
    }
    double aging = 1 + age / 1e9 / AGING_SECONDS;
    return new Estimate(forecast(now + horizonNanos), StrictMath.sqrt(variance * aging), age);
  }

  private static double gain(double elapsed, double tau, double most) {
    return Math.min(1 - StrictMath.exp(-elapsed / tau), most);
  }

  /** A Poisson count's variance as a rate's; one request more, since none is not certain either. */
  private static double chance(double rps, double seconds) {
    return (rps + 1 / seconds) / seconds;
  }

  private double forecast(long when) {
    double ahead = Math.clamp((when - nanos) / 1e9, 0, HORIZON_SECONDS);
    return Math.max(0, level + trend * ahead);
  }
}
