package dev.fairlead.steering.control;

import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;

/**
 * How one service is steered: a TrafficObjective, resolved.
 *
 * @param valuation what is minimised, by policies that minimise
 */
public record Objective(
    PolicyKind policy,
    Mode mode,
    Duration period,
    ChangeControl changeControl,
    Valuation valuation) {
  /**
   * Money and latency at a stated rate of exchange; where no price is known, latency alone counts.
   */
  public static final Valuation DEFAULT_VALUATION =
      Valuation.of(Valuation.Objective.MIXED, Valuation.DEFAULT_DOLLARS_PER_REQUEST_SECOND);

  public static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

  /** With the default valuation. */
  public Objective(PolicyKind policy, Mode mode, Duration period, ChangeControl changeControl) {
    this(policy, mode, period, changeControl, DEFAULT_VALUATION);
  }

  public Objective {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("the control period must be positive");
    }
  }
}
