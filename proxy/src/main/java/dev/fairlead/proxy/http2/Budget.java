package dev.fairlead.proxy.http2;

import dev.fairlead.balancer.Ticker;

/**
 * How often a peer may do what costs it little and us something: a burst at once, then so many a
 * second. Useful work may earn it more. The clock is read only when nothing is left.
 */
final class Budget {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Ticker ticker;
  private final int burst;
  private final int perSecond;
  private int left;
  private long filledNanos;

  Budget(Ticker ticker, int burst, int perSecond) {
    this.ticker = ticker;
    this.burst = burst;
    this.perSecond = perSecond;
    this.left = burst;
    this.filledNanos = ticker.nanos();
  }

  /** Whether there was one left. */
  boolean spend() {
    if (left == 0) {
      refill();
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }

  void earn(int n) {
    left = Math.min(burst, left + n);
  }

  private void refill() {
    long now = ticker.nanos();
    long seconds = (now - filledNanos) / NANOS_PER_SECOND;
    long rest = (now - filledNanos) % NANOS_PER_SECOND;
    long earned = Math.min(seconds, burst) * perSecond + rest * perSecond / NANOS_PER_SECOND;
    if (earned > 0) {
      left = (int) Math.min(burst, earned);
      filledNanos = now;
    }
  }
}
