package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.outcome.EndpointStatistics;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * This balancer's traffic with the endpoints of one place, for the policies that compare a pool's
 * sum with its parts: bounded loads and spill by load. A pool is some places, so it adds up a few.
 */
final class PlaceLoad {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder picks = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder latencyNanos = new LongAdder();

  /** Those whose requests are counted in and are their pool's no more; nearly always none. */
  private volatile EndpointStatistics[] departed = {};

  void departed(List<EndpointStatistics> departed) {
    this.departed = departed.toArray(EndpointStatistics[]::new);
  }

  void picked() {
    inFlight.getAndIncrement();
    picks.increment();
  }

  void answered(long nanos) {
    if (nanos >= 0) {
      answered.increment();
      latencyNanos.add(nanos);
    }
  }

  void ended() {
    inFlight.getAndDecrement();
  }

  /** On the endpoints that are in its pool. */
  int inFlight() {
    int sum = inFlight.get();
    for (EndpointStatistics left : departed) {
      sum -= left.inFlight();
    }
    return Math.max(0, sum);
  }

  long picks() {
    return picks.sum();
  }

  long answered() {
    return answered.sum();
  }

  /** Of all that were answered. */
  long latencyNanos() {
    return latencyNanos.sum();
  }
}
