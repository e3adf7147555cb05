package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;

/**
 * One destination's numbers without the bad ones: each is NaN or sane.
 *
 * @param bad how many were dropped
 */
record Sample(
    double startedRps,
    double endedRps,
    double inFlight,
    double success,
    double p50Nanos,
    double p99Nanos,
    int bad) {
  // Above any real one by orders of magnitude: an hour, and a thousand million.
  private static final double HIGHEST_LATENCY_NANOS = 3600e9;
  private static final double HIGHEST_COUNT = 1e9;

  static Sample of(Observation.Destination seen) {
    if (seen.ageNanos() < 0) {
      // Measured in the future: nothing in it can be believed.
      double none = Double.NaN;
      return new Sample(none, none, none, none, none, none, 1);
    }
    double started = within(seen.startedRps(), 0, HIGHEST_COUNT);
    double ended = within(seen.endedRps(), 0, HIGHEST_COUNT);
    double inFlight = within(seen.inFlight(), 0, HIGHEST_COUNT);
    double success = within(seen.successRatio(), 0, 1);
    // Nothing answers in less than a nanosecond.
    double p50 = within(seen.p50Nanos(), 1, HIGHEST_LATENCY_NANOS);
    double p99 = within(seen.p99Nanos(), 1, HIGHEST_LATENCY_NANOS);
    int bad =
        dropped(seen.startedRps(), started)
            + dropped(seen.endedRps(), ended)
            + dropped(seen.inFlight(), inFlight)
            + dropped(seen.successRatio(), success)
            + dropped(seen.p50Nanos(), p50)
            + dropped(seen.p99Nanos(), p99);
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
        bad);
  }

  /** Whether all counts are known. */
  boolean counted() {
    return startedRps + endedRps + inFlight >= 0;
  }

  private static double within(double value, double low, double high) {
    return value >= low && value <= high ? value : Double.NaN;
  }

  private static int dropped(double seen, double kept) {
    return Double.isNaN(kept) && !Double.isNaN(seen) ? 1 : 0;
  }
}
