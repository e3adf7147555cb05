package dev.fairlead.steering.optimize;

import java.util.ArrayList;
import java.util.List;

/**
 * What the operator wants minimised, and the limits within which.
 *
 * @param objective what counts
 * @param dollarsPerRequestSecond the value of a second of one request's waiting, in [0, 10³]; for
 *     {@code MIXED} it is the rate of exchange, for the others it only expresses results in money
 * @param ceilingNanos no request may take longer on average; infinite for no ceiling
 * @param floorRps what each source sends to each destination at least, so that it stays known; at
 *     most {@code floorShare} of the source's demand
 * @param floorShare in [0, 1]
 * @param shedDollars price of a request that nobody has capacity for, for classes 0 to 7; in [0,
 *     10⁶]; the class with the lowest price is shed first
 * @param overloadDollars price of a request that a destination gets beyond its capacity. Classes
 *     that are dearer to shed overload destinations instead
 */
public record Valuation(
    Objective objective,
    double dollarsPerRequestSecond,
    double ceilingNanos,
    double floorRps,
    double floorShare,
    List<Double> shedDollars,
    double overloadDollars) {
  public static final int CLASSES = 8;

  /**
   * A hundredth of a cent for a second: 36 cents for an hour of somebody's waiting. A round trip of
   * 100 ms is then worth what 0.5 MiB of egress at 2 cents a GiB cost.
   */
  public static final double DEFAULT_DOLLARS_PER_REQUEST_SECOND = 1e-4;

  // One request a second to each is enough to notice a change within a control period, and one in
  // a hundred does not show in anybody's percentiles but the last.
  private static final double DEFAULT_FLOOR_RPS = 1;
  private static final double DEFAULT_FLOOR_SHARE = 0.01;
  // A lost request is worth ten seconds of waiting in the lowest class, each class twice the one
  // below; overloading a destination spoils the requests of all, so it is dearer than the highest.
  private static final double LOWEST_SHED_DOLLARS = 1e-3;
  private static final double DEFAULT_OVERLOAD_DOLLARS = 1;
  // What the balancer takes a request for that names no class.
  private static final int UNCLASSED = 3;

  /** The latency that is minimised first, money first, or both at a rate of exchange. */
  public enum Objective {
    COST,
    PERFORMANCE,
    MIXED
  }

  public Valuation {
    shedDollars = List.copyOf(shedDollars);
    check(
        dollarsPerRequestSecond >= 0 && dollarsPerRequestSecond <= 1e3,
        "value of a request-second",
        dollarsPerRequestSecond);
    check(ceilingNanos > 0, "latency ceiling", ceilingNanos);
    check(floorRps >= 0 && floorRps <= Situation.LARGEST_RPS, "exploration floor", floorRps);
    check(floorShare >= 0 && floorShare <= 1, "exploration share", floorShare);
    check(overloadDollars >= 0 && overloadDollars <= 1e6, "price of overload", overloadDollars);
    if (shedDollars.size() != CLASSES) {
      throw new IllegalArgumentException(
          "prices of shed requests for " + shedDollars.size() + " classes: give " + CLASSES);
    }
    for (double price : shedDollars) {
      check(price >= 0 && price <= 1e6, "price of a shed request", price);
    }
  }

  /** With the default limits and prices of what is shed. */
  public static Valuation of(Objective objective, double dollarsPerRequestSecond) {
    List<Double> shed = new ArrayList<>();
    for (int trafficClass = 0; trafficClass < CLASSES; trafficClass++) {
      shed.add(LOWEST_SHED_DOLLARS * (1 << trafficClass));
    }
    return new Valuation(
        objective,
        dollarsPerRequestSecond,
        Double.POSITIVE_INFINITY,
        DEFAULT_FLOOR_RPS,
        DEFAULT_FLOOR_SHARE,
        shed,
        DEFAULT_OVERLOAD_DOLLARS);
  }

  public Valuation withCeiling(double nanos) {
    return new Valuation(
        objective,
        dollarsPerRequestSecond,
        nanos,
        floorRps,
        floorShare,
        shedDollars,
        overloadDollars);
  }

  public Valuation withFloor(double rps, double share) {
    return new Valuation(
        objective, dollarsPerRequestSecond, ceilingNanos, rps, share, shedDollars, overloadDollars);
  }

  public Valuation withPrices(List<Double> shed, double overload) {
    return new Valuation(
        objective, dollarsPerRequestSecond, ceilingNanos, floorRps, floorShare, shed, overload);
  }

  /** Price of a shed request; traffic of all classes together counts as the middle one. */
  public double shedDollars(int trafficClass) {
    return shedDollars.get(trafficClass < 0 ? UNCLASSED : Math.min(trafficClass, CLASSES - 1));
  }

  private static void check(boolean fine, String what, double value) {
    if (!fine) {
      throw new IllegalArgumentException(what + " of " + value + " is out of range");
    }
  }
}
