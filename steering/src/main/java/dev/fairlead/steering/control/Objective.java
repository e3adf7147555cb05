package dev.fairlead.steering.control;

import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;

/** How one service is steered: a TrafficObjective, resolved. */
public record Objective(
    PolicyKind policy, Mode mode, Duration period, ChangeControl changeControl) {
  public static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

  public Objective {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("the control period must be positive");
    }
  }
}
