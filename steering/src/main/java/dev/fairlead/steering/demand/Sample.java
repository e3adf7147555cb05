package dev.fairlead.steering.demand;

/**
 * One destination's numbers without the bad ones: each is NaN or sane.
 *
 * @param meanNanos mean latency; where nobody measured it, that of the log-normal distribution
 *     through both percentiles
 * @param bad how many were dropped
 */
public record Sample(
    double startedRps,
    double endedRps,
    double inFlight,
    double success,
    double p50Nanos,
    double p99Nanos,
    double meanNanos,
    double readyEndpoints,
    double hintedRps,
    int bad) {
  /** Older numbers are stale. Three default control periods: two reports may get lost. */
  public static final long STALE_NANOS = 15_000_000_000L;

  // Above any real one by orders of magnitude: an hour, and a hundred million.
  private static final double HIGHEST_LATENCY_NANOS = 3600e9;
  private static final double HIGHEST_COUNT = 1e8;
  // The 99th percentile of the standard normal distribution.
  private static final double Z99 = 2.3263;

  public static Sample of(Observation.Destination seen) {
    if (seen.ageNanos() < 0) {
      // Measured in the future: nothing in it can be believed.
      double none = Double.NaN;
      return new Sample(none, none, none, none, none, none, none, none, none, 1);
    }
    double started = within(seen.startedRps(), 0, HIGHEST_COUNT);
    double ended = within(seen.endedRps(), 0, HIGHEST_COUNT);
    double inFlight = within(seen.inFlight(), 0, HIGHEST_COUNT);
    double success = within(seen.successRatio(), 0, 1);
    // Nothing answers in less than a nanosecond.
    double p50 = within(seen.p50Nanos(), 1, HIGHEST_LATENCY_NANOS);
    double p99 = within(seen.p99Nanos(), 1, HIGHEST_LATENCY_NANOS);
    double mean = within(seen.meanNanos(), 1, HIGHEST_LATENCY_NANOS);
    double ready = within(seen.readyEndpoints(), 0, HIGHEST_COUNT);
    double hinted = within(seen.hintedCapacityRps(), 0, HIGHEST_COUNT);
    int bad =
        dropped(seen.startedRps(), started)
            + dropped(seen.endedRps(), ended)
            + dropped(seen.inFlight(), inFlight)
            + dropped(seen.successRatio(), success)
            + dropped(seen.p50Nanos(), p50)
            + dropped(seen.p99Nanos(), p99)
            + dropped(seen.meanNanos(), mean)
            + dropped(seen.readyEndpoints(), ready)
            + dropped(seen.hintedCapacityRps(), hinted);
    if (p99 < p50) {
      bad++;
    }
    // One without the other is no distribution.
    boolean latency = p99 >= p50;
    return new Sample(
        started,
        ended,
        inFlight,
        success,
        latency ? p50 : Double.NaN,
        latency ? p99 : Double.NaN,
        latency ? orLogNormal(mean, p50, p99) : Double.NaN,
        ready,
        hinted,
        bad);
  }

  /** Whether all counts are known. */
  public boolean counted() {
    return startedRps + endedRps + inFlight >= 0;
  }

  /** σ of the log-normal distribution through both percentiles; NaN where they are unknown. */
  public double sigma() {
    return StrictMath.log(p99Nanos / p50Nanos) / Z99;
  }

  private static double orLogNormal(double mean, double p50, double p99) {
    if (!Double.isNaN(mean)) {
      return mean;
    }
    double sigma = StrictMath.log(p99 / p50) / Z99;
    return Math.min(HIGHEST_LATENCY_NANOS, p50 * StrictMath.exp(sigma * sigma / 2));
  }

  private static double within(double value, double low, double high) {
    return value >= low && value <= high ? value : Double.NaN;
  }

  private static int dropped(double seen, double kept) {
    return Double.isNaN(kept) && !Double.isNaN(seen) ? 1 : 0;
  }
}
