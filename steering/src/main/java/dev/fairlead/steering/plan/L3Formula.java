package dev.fairlead.steering.plan;

/**
 * The formulas of L3 (Middleware '24, <a href="https://doi.org/10.1145/3652892.3654793">L3:
 * Latency-aware Load Balancing in Multi-Cluster Service Mesh</a>).
 */
final class L3Formula {
  /** The exponent of the paper; the Go code's integer {@code 3/2} is 1. */
  static final double EXPONENT = 1.5;

  static final double EXPONENT_OF_REPOSITORY = 1;
  static final double LATENCY_TAU_NANOS = 5e9;
  static final double IN_FLIGHT_TAU_NANOS = 5e9;
  static final double SUCCESS_TAU_NANOS = 10e9;
  static final double RPS_TAU_NANOS = 10e9;

  // The 99th percentile of the standard normal distribution.
  private static final double Z99 = 2.3263;
  // What a failed request costs its caller: the time until a retry has answered.
  static final double FAILURE_SECONDS = 0.6;
  private static final double SCALE = 100;
  private static final double SCALE_OF_C3 = 1000;
  static final double LOWEST_WEIGHT = 1;

  private L3Formula() {}

  /** Mean of the log-normal distribution with these percentiles, in their unit. */
  static double mean(double p50, double p99) {
    double sigma = StrictMath.log(p99 / p50) / Z99;
    return p50 * StrictMath.exp(sigma * sigma / 2);
  }

  /**
   * A destination's weight before rate control, at least 1.
   *
   * @param success in [0, 1]
   */
  static double weight(double meanNanos, double success, double inFlight, double rps) {
    double latency = meanNanos / 1e9 + FAILURE_SECONDS * (1 / success - 1);
    double ratio = rps > 0 ? inFlight / rps : 0;
    return atLeastOne(SCALE / ((1 + ratio) * (1 + ratio) * latency));
  }

  /**
   * The weight of what L3's repository calls C3, after the cube of the ranking in <em>C3</em> (NSDI
   * '15), before rate control; at least 1.
   */
  static double weightOfC3(double meanNanos, double inFlight, double rps) {
    double latency = meanNanos / 1e9;
    double ratio = rps > 0 ? inFlight / rps : 0;
    return atLeastOne(SCALE_OF_C3 / (latency + latency * ratio * ratio * ratio));
  }

  /**
   * A weight after rate control: more load than usual draws weights to their mean, less load lets
   * them spread.
   *
   * @param change relative change of the load, from −1
   * @param mean of all weights
   */
  static double rateControl(double weight, double mean, double change, double exponent) {
    double controlled;
    if (change > 0) {
      double kept = 1 / StrictMath.pow(1 + change * change, exponent);
      controlled = mean - mean * kept + weight * kept;
    } else if (weight <= mean) {
      controlled = weight / StrictMath.pow(1 + 4 * change * change, exponent);
    } else {
      double kept = 1 / StrictMath.pow(1 + 9 * change * change, exponent);
      controlled = 2 * weight - mean - (weight - mean) * kept;
    }
    return atLeastOne(controlled);
  }

  // Also where the formula has no value, as 0/0.
  private static double atLeastOne(double weight) {
    return weight >= LOWEST_WEIGHT ? weight : LOWEST_WEIGHT;
  }
}
