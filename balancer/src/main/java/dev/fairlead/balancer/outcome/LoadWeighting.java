package dev.fairlead.balancer.outcome;

import java.time.Duration;

/**
 * How weights follow from what endpoints report of their load (gRPC proposal A58; its names in
 * brackets).
 *
 * @param errorPenalty [error_utilization_penalty] utilization that counts for a service of which
 *     each request fails, finite and ≥ 0
 * @param blackout [blackout_period] an endpoint has no weight for so long after its first report,
 *     and after its first one since an expiry; ≥ 0. What it says while it warms up is not what it
 *     can do
 * @param expiry [weight_expiration_period] a report counts for so long, positive
 * @param update [weight_update_period] weights are computed anew no more often than this, positive
 */
public record LoadWeighting(
    double errorPenalty, Duration blackout, Duration expiry, Duration update) {
  public static final LoadWeighting DEFAULT =
      new LoadWeighting(1, Duration.ofSeconds(10), Duration.ofMinutes(3), Duration.ofSeconds(1));

  public LoadWeighting {
    if (!(errorPenalty >= 0) || errorPenalty == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "errorPenalty " + errorPenalty + " is not a finite number ≥ 0");
    }
    if (blackout.isNegative()) {
      throw new IllegalArgumentException("blackout must not be negative");
    }
    if (!expiry.isPositive() || !update.isPositive()) {
      throw new IllegalArgumentException("expiry and update must be positive");
    }
  }
}
