package dev.fairlead.steering.demand;

import dev.fairlead.balancer.report.Report;
import dev.fairlead.steering.plan.PlanKey;

/** Turns cumulative reports into observations: the difference of two reports over their time. */
public final class Demand {
  private Demand() {}

  /**
   * What came between {@code earlier} and {@code now}; classes are added up for {@code ANY_CLASS}.
   */
  public static Observation between(PlanKey key, Report earlier, Report now) {
    throw new AssertionError("contract only");
  }
}
