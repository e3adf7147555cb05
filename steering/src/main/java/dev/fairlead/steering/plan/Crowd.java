package dev.fairlead.steering.plan;

import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.capacity.CapacityEstimator;
import dev.fairlead.steering.capacity.LatencyCurve;

/**
 * What comes to a destination that is over its capacity: what it serves of it, what waits there,
 * and how much of it may stay.
 *
 * @param fresh rps of the sources that are steered
 * @param stale rps of those whose numbers are too old
 * @param ended of {@code fresh}, what ended, in rps
 * @param good of {@code ended}, what ended well
 * @param seconds a control period
 */
record Crowd(
    CapacityEstimator estimator,
    Capacity capacity,
    Pile pile,
    double fresh,
    double stale,
    double ended,
    double good,
    double seconds) {
  // One that serves next to nothing: what waits there waits for long, but not for ever.
  private static final double LEAST_SERVED_RPS = 1;

  /** What is served, of fresh sources, in rps. */
  private double served() {
    if (!capacity.crowded()) {
      return Math.max(LEAST_SERVED_RPS, fresh - Math.max(0, pile.perSecond()));
    }
    // In one that is full, and refuses the rest, nothing piles up any more.
    boolean refuses = good < CapacityEstimator.GOOD * ended;
    double measured =
        refuses
            ? good
            : capacity.bound() == Capacity.Bound.MEASURED
                ? capacity.rps().value() - stale
                : fresh - pile.perSecond();
    return Math.max(LEAST_SERVED_RPS, measured);
  }

  private double waiting(double served) {
    return Math.max(0, pile.inFlight() - estimator.alarm().expectedInFlight(served));
  }

  /** The destination's curve with the wait behind what has piled up. */
  LatencyCurve behind(LatencyCurve curve) {
    double served = served();
    return Prudence.piled(curve, waiting(served), served + stale, seconds);
  }

  /**
   * The part of what it gets now that may stay: so much that what has piled up is served within a
   * period, and that it shows whether it was the load. Of one that got slow nothing need stay.
   */
  double staying() {
    if (!capacity.crowded() || !(fresh > 0)) {
      return 0;
    }
    double served = served();
    double drains = served - waiting(served) / seconds;
    return Math.clamp(Math.min(drains, CapacityEstimator.CALM * served) / fresh, 0, 1);
  }
}
