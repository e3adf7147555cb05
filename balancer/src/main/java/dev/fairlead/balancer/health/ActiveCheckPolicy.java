package dev.fairlead.balancer.health;

import java.time.Duration;

/**
 * How an endpoint is checked actively. The names are Envoy's, the numbers HAProxy's (inter, rise,
 * fall).
 *
 * @param interval mean time from a result to the next check, positive
 * @param jitter each interval is drawn from interval · [1 − jitter, 1 + jitter), so that many
 *     checkers do not keep step; in [0, 1)
 * @param healthyThreshold good results in a row that make an unhealthy endpoint healthy, ≥ 1
 * @param unhealthyThreshold bad results in a row that make a healthy endpoint unhealthy, ≥ 1
 * @param timeToLive age of the last result from which on nothing is known any more; longer than the
 *     longest interval
 */
public record ActiveCheckPolicy(
    Duration interval,
    double jitter,
    int healthyThreshold,
    int unhealthyThreshold,
    Duration timeToLive) {
  /** The time to live lets four results in a row get lost. */
  public static final ActiveCheckPolicy DEFAULT =
      new ActiveCheckPolicy(Duration.ofSeconds(2), 0.2, 2, 3, Duration.ofSeconds(10));

  public ActiveCheckPolicy {
    Checks.positive("interval", interval);
    Checks.range("jitter", jitter, 0, Math.nextDown(1.0));
    Checks.atLeast("healthyThreshold", healthyThreshold, 1);
    Checks.atLeast("unhealthyThreshold", unhealthyThreshold, 1);
    Checks.positive("timeToLive", timeToLive);
    if (timeToLive.toNanos() <= interval.toNanos() * (1 + jitter)) {
      throw new IllegalArgumentException(
          "timeToLive " + timeToLive + " must be longer than the longest interval");
    }
  }
}
