package dev.fairlead.steering.control;

import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;

/**
 * How one service is steered: a TrafficObjective, resolved.
 *
 * @param valuation what is minimised, by policies that minimise
 * @param endpointRps what one ready endpoint can serve, as the operator says; NaN where he says
 *     nothing
 */
public record Objective(
    PolicyKind policy,
    Mode mode,
    Duration period,
    ChangeControl changeControl,
    Valuation valuation,
    double endpointRps) {
  /**
   * Money and latency at a stated rate of exchange; where no price is known, latency alone counts.
   */
  public static final Valuation DEFAULT_VALUATION =
      Valuation.of(Valuation.Objective.MIXED, Valuation.DEFAULT_DOLLARS_PER_REQUEST_SECOND);

  public static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

  /** With the default valuation and no idea of what an endpoint can serve. */
  public Objective(PolicyKind policy, Mode mode, Duration period, ChangeControl changeControl) {
    this(policy, mode, period, changeControl, DEFAULT_VALUATION, Double.NaN);
  }

  public Objective {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("the control period must be positive");
    }
    if (endpointRps <= 0 || endpointRps == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "an endpoint's capacity of " + endpointRps + " rps is not a positive number");
    }
  }
}
