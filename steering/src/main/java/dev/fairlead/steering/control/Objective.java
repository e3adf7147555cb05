package dev.fairlead.steering.control;

import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.Optional;

/**
 * How a service is steered, or all services of a call graph together: a TrafficObjective, resolved.
 *
 * @param valuation what is minimised, by policies that minimise
 * @param endpointRps what one ready endpoint can serve, as the operator says; NaN where he says
 *     nothing
 * @param callGraph who calls whom, for the policy {@code multi-hop}; others do not ask
 * @param turnaround dollars for a second of a whole tree's time, beside the valuation's for each
 *     hop's, in [0, 10³]; for the same policy
 * @param shedding whether what the plan has no capacity for is turned away at the source, the
 *     lowest class first, for the policy {@code optimized}; else it is for queues at the
 *     destinations to choose
 */
public record Objective(
    PolicyKind policy,
    Mode mode,
    Duration period,
    ChangeControl changeControl,
    Valuation valuation,
    double endpointRps,
    Optional<CallGraph> callGraph,
    double turnaround,
    boolean shedding) {
  /**
   * Money and latency at a stated rate of exchange; where no price is known, latency alone counts.
   */
  public static final Valuation DEFAULT_VALUATION =
      Valuation.of(Valuation.Objective.MIXED, Valuation.DEFAULT_DOLLARS_PER_REQUEST_SECOND);

  public static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

  /** Without a call graph, and with nothing turned away at the source. */
  public Objective(
      PolicyKind policy,
      Mode mode,
      Duration period,
      ChangeControl changeControl,
      Valuation valuation,
      double endpointRps) {
    this(policy, mode, period, changeControl, valuation, endpointRps, Optional.empty(), 0, false);
  }

  /** With the default valuation and no idea of what an endpoint can serve. */
  public Objective(PolicyKind policy, Mode mode, Duration period, ChangeControl changeControl) {
    this(policy, mode, period, changeControl, DEFAULT_VALUATION, Double.NaN);
  }

  /** The same over a call graph. */
  public Objective over(CallGraph graph) {
    return new Objective(
        policy,
        mode,
        period,
        changeControl,
        valuation,
        endpointRps,
        Optional.of(graph),
        turnaround,
        shedding);
  }

  /** The same in another mode. */
  public Objective in(Mode other) {
    return new Objective(
        policy,
        other,
        period,
        changeControl,
        valuation,
        endpointRps,
        callGraph,
        turnaround,
        shedding);
  }

  /** The same with no change, as {@link ChangeControl#freeze} has it. */
  public Objective frozen() {
    ChangeControl still =
        new ChangeControl(
            changeControl.deadband(),
            changeControl.largestStep(),
            changeControl.minimumHoldPeriods(),
            true);
    return new Objective(
        policy, mode, period, still, valuation, endpointRps, callGraph, turnaround, shedding);
  }

  /** The same with or without turning away at the source. */
  public Objective shedding(boolean wanted) {
    return new Objective(
        policy, mode, period, changeControl, valuation, endpointRps, callGraph, turnaround, wanted);
  }

  public Objective {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("the control period must be positive");
    }
    if (endpointRps <= 0 || endpointRps == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "an endpoint's capacity of " + endpointRps + " rps is not a positive number");
    }
    if (!(turnaround >= 0 && turnaround <= 1e3)) {
      throw new IllegalArgumentException(
          "value of a second of turnaround of " + turnaround + " is not in [0, 1000] $");
    }
  }
}
