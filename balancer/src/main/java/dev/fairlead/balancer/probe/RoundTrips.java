package dev.fairlead.balancer.probe;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long a probe of each target takes there and back, for its time-out. Any thread; of two
 * samples that race one may be lost, which harms nothing.
 */
final class RoundTrips {
  /** As TCP smooths its round trips (RFC 6298). */
  private static final int SMOOTHING = 8;

  private static final long UNKNOWN = 0;

  private final AtomicLongArray smoothed;
  private final long timeoutNanos;
  private final long longestNanos;

  /**
   * @param timeoutNanos what a probe may take over its round trip
   * @param longestNanos what it may take at most, and while nothing is known
   */
  RoundTrips(int targets, long timeoutNanos, long longestNanos) {
    this.smoothed = new AtomicLongArray(targets);
    this.timeoutNanos = timeoutNanos;
    this.longestNanos = longestNanos;
  }

  long timeoutNanos(int target) {
    long known = smoothed.get(target);
    return known == UNKNOWN ? longestNanos : Math.min(longestNanos, known + timeoutNanos);
  }

  void answered(int target, long elapsedNanos) {
    long known = smoothed.get(target);
    long fresh = known == UNKNOWN ? elapsedNanos : known + (elapsedNanos - known) / SMOOTHING;
    smoothed.set(target, Math.max(1, fresh));
  }

  /** Doubles: the way may have become longer, and then no probe would ever come back in time. */
  void timedOut(int target) {
    long known = smoothed.get(target);
    if (known != UNKNOWN) {
      smoothed.set(target, Math.min(longestNanos, 2 * known));
    }
  }
}
