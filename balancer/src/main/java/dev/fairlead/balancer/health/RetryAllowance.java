package dev.fairlead.balancer.health;

import java.time.Duration;

/**
 * How many retries a budget grants; see {@link RetryBudget} for the rule.
 *
 * @param ratio retries for each request, in [0, 1]
 * @param perSecond retries a second that are granted besides, so that a client with few requests
 *     may retry at all, in [0, 10⁶]
 * @param window over which both are counted, in [1 s, 1 h]; longer than any back-off
 */
public record RetryAllowance(double ratio, double perSecond, Duration window) {
  /** 20 % and 10 a second over 10 s, as in Finagle and Linkerd. */
  public static final RetryAllowance DEFAULT = new RetryAllowance(0.2, 10, Duration.ofSeconds(10));

  public static final RetryAllowance NONE = new RetryAllowance(0, 0, Duration.ofSeconds(10));

  public RetryAllowance {
    Checks.range("ratio", ratio, 0, 1);
    Checks.range("perSecond", perSecond, 0, 1e6);
    if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("window " + window + " is not in [1 s, 1 h]");
    }
  }
}
