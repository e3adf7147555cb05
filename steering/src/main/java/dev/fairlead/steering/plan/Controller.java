package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import java.util.Map;

/** The slow loop of one plan: a policy, its memory and change control. One writer. */
public final class Controller {
  public Controller(PlanKey key, Objective objective) {}

  /** One control period. */
  public Step step(Observation observation) {
    throw new AssertionError("contract only");
  }

  /** Keeps the plan in force and, where the policy stays the same, its memory. */
  public void update(Objective objective) {
    throw new AssertionError("contract only");
  }

  /**
   * A period's result.
   *
   * @param wanted what the policy asked for
   * @param plan what change control made of it: what {@link Mode#DRIVE} enforces
   * @param suppressed changes held back so far, by reason ({@code deadband}, {@code step}, {@code
   *     hold}, {@code freeze}, {@code stale}); cumulative
   * @param oscillation Σ|Δshare| beyond the net change, over the last hour
   * @param badSamples dropped so far
   */
  public record Step(
      Plan wanted,
      Plan plan,
      boolean changed,
      String why,
      Map<String, Long> suppressed,
      double oscillation,
      long badSamples) {}
}
