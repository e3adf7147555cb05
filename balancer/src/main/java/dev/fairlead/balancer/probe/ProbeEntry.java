package dev.fairlead.balancer.probe;

import java.util.concurrent.atomic.AtomicInteger;

/** One answer in the pool, and how many requests it has led. */
final class ProbeEntry {
  static final int UNLIMITED = Integer.MAX_VALUE;

  private final int target;
  private final long sequence;
  private final long at;
  private final long inFlight;
  private final double latencyNanos;
  private final int budget;
  private final AtomicInteger used = new AtomicInteger();

  /**
   * @param sequence grows with each probe that is started: the greater knows better
   * @param at when the answer came
   * @param latencyNanos the server's own, and the round trip to it
   * @param budget how many requests it may lead; {@link #UNLIMITED} for any number
   */
  ProbeEntry(int target, long sequence, long at, long inFlight, double latencyNanos, int budget) {
    this.target = target;
    this.sequence = sequence;
    this.at = at;
    this.inFlight = inFlight;
    this.latencyNanos = latencyNanos;
    this.budget = budget;
  }

  int target() {
    return target;
  }

  long sequence() {
    return sequence;
  }

  long at() {
    return at;
  }

  double latencyNanos() {
    return latencyNanos;
  }

  /** As the server said, and the requests that this entry has led there since. */
  long inFlight() {
    return inFlight + used.get();
  }

  /** Leads one more request there; false if it has led all that it may. */
  boolean use() {
    while (true) {
      int before = used.get();
      if (before >= budget) {
        return false;
      }
      if (used.compareAndSet(before, before + 1)) {
        return true;
      }
    }
  }

  boolean isUsedUp() {
    return used.get() >= budget;
  }
}
