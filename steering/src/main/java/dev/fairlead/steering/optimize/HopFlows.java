package dev.fairlead.steering.optimize;

/**
 * Requests per second between clusters in all services, as the interior point leaves them.
 *
 * @param flows by service and class, {@code from × clusters + to}
 * @param shed by service and class, by the callers' cluster
 * @param prices of work at each pool: what one unit more costs everybody
 * @param cost money per second
 * @param rounds of the interior point
 */
@SuppressWarnings("ArrayRecordComponent") // inside the package only, never compared, never changed
record HopFlows(double[][][] flows, double[][][] shed, double[] prices, double cost, int rounds) {
  HopFlows with(double[] otherPrices, int otherRounds) {
    return new HopFlows(flows, shed, otherPrices, cost, otherRounds);
  }
}
