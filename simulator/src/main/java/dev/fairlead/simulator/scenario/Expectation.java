package dev.fairlead.simulator.scenario;

import java.util.Optional;

/**
 * What a result should be.
 *
 * @param trafficClass of those requests alone; empty: of all
 * @param route between which clusters; of {@link Metric#SHARE} alone
 * @param relativeTo a contender by whose number this one's is divided; empty: it is taken as it is
 * @param why where the value comes from and why the tolerance is what it is; for a person
 */
public record Expectation(
    String contender,
    Metric metric,
    Optional<Integer> trafficClass,
    Optional<Route> route,
    Optional<String> relativeTo,
    Bound bound,
    String why) {
  public Expectation {
    trafficClass.ifPresent(each -> Check.range("class", each, 0, 7));
    if (route.isPresent() != (metric == Metric.SHARE)) {
      throw new IllegalArgumentException("from and to belong to the metric share, and only to it");
    }
  }

  /** Of any metric but a share. */
  public Expectation(
      String contender,
      Metric metric,
      Optional<Integer> trafficClass,
      Optional<String> relativeTo,
      Bound bound,
      String why) {
    this(contender, metric, trafficClass, Optional.empty(), relativeTo, bound, why);
  }

  /** From one cluster to another, or to itself. */
  public record Route(String from, String to) {}

  public sealed interface Bound {
    /** Whether a measured number is as expected; NaN never is. */
    boolean holds(double measured);
  }

  /**
   * @param tolerance how far it may be off, ≥ 0
   */
  public record Near(double value, double tolerance) implements Bound {
    public Near {
      Check.notNegative("tolerance", tolerance);
    }

    @Override
    public boolean holds(double measured) {
      return Math.abs(measured - value) <= tolerance;
    }
  }

  public record AtMost(double value) implements Bound {
    @Override
    public boolean holds(double measured) {
      return measured <= value;
    }
  }

  public record AtLeast(double value) implements Bound {
    @Override
    public boolean holds(double measured) {
      return measured >= value;
    }
  }
}
