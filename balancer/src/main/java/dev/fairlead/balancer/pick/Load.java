package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.outcome.Estimation;

/** How loaded an endpoint is: the lower the better. Reading it changes nothing. */
@FunctionalInterface
interface Load {
  /** Requests in flight, and failed ones that still hold a slot, over weight. */
  Load OCCUPIED = (candidate, now) -> candidate.statistics().occupied(now) / candidate.weight();

  double of(Candidate candidate, long now);

  /** Predicted latency times requests in flight, in nanoseconds. */
  static Load cost(Estimation estimation) {
    return (candidate, now) -> candidate.statistics().costNanos(now, estimation);
  }
}
