package dev.fairlead.balancer.pick;

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

  int inFlight() {
    return inFlight.get();
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
