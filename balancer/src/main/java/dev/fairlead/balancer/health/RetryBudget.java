package dev.fairlead.balancer.health;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many more retries one client may send to a service. A retry is granted at {@code now} if and
 * only if
 *
 * <pre>retries + 1 ≤ ratio · requests + perSecond · window</pre>
 *
 * where both counts are over the sixteenth of a window in which {@code now} is and the sixteen
 * before it, so over 1 to 1 1/16 windows. Requests are first attempts; retries are those that were
 * granted, from that moment on: one that still waits in its back-off has used the budget already.
 * With no request at all, perSecond · window retries are granted in a burst.
 *
 * <p>Any thread, no lock. Concurrent callers never get more than that; they may get less, since one
 * that is about to be refused counts until it is. For one that read the clock before others, what
 * came after its time counts as well.
 */
public final class RetryBudget {
  private final RetryAllowance allowance;
  private final double besides;
  private final SlidingCount requests;
  private final SlidingCount retries;
  private final LongAdder refused = new LongAdder();

  public RetryBudget(RetryAllowance allowance) {
    this.allowance = allowance;
    long windowNanos = allowance.window().toNanos();
    besides = allowance.perSecond() * windowNanos / 1e9;
    requests = new SlidingCount(windowNanos);
    retries = new SlidingCount(windowNanos);
  }

  /** Counts a request: its first attempt, not its retries. */
  public void request(long now) {
    requests.add(now);
  }

  /** Takes a retry out of the budget; to be called before its back-off begins. */
  public boolean tryRetry(long now) {
    retries.add(now);
    if (retries.sum(now) <= granted(now)) {
      return true;
    }
    retries.remove(now);
    refused.increment();
    return false;
  }

  /** How many retries would be granted at {@code now}: for the metrics. */
  public long left(long now) {
    return Math.max(0, (long) Math.floor(granted(now)) - retries.sum(now));
  }

  /** Retries so far that were not granted. */
  public long refused() {
    return refused.sum();
  }

  private double granted(long now) {
    // So that rounding in the product takes away no retry that is whole.
    return allowance.ratio() * requests.sum(now) + besides + 1e-9;
  }
}
