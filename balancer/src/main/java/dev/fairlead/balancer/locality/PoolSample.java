package dev.fairlead.balancer.locality;

import java.util.OptionalDouble;

/**
 * What is known of one pool of endpoints at one moment, for {@link LoadSpill}. Numbers are as they
 * were measured, so they may be absurd: then the whole sample is ignored and counted.
 *
 * @param name of the pool, such as a cluster id; the key of its share
 * @param latencyNanos mean time to answer, without the round trip to get there, above 0 and at most
 *     an hour; empty where it is not known or too old to be believed
 * @param othersInFlight requests of others in flight there, as far as known, else 0
 * @param ownInFlight requests of this balancer in flight there, forwards included
 * @param ownPicks requests that this balancer ever sent there; a count that falls starts anew
 * @param endpoints usable ones; 0 for a pool that has none
 * @param roundTripNanos to the pool and back, at least 0 and at most an hour; 0 for the local one
 * @param priceNanos what the way there costs, converted to time by the operator's value of a
 *     millisecond, likewise bounded
 */
public record PoolSample(
    String name,
    OptionalDouble latencyNanos,
    double othersInFlight,
    double ownInFlight,
    long ownPicks,
    int endpoints,
    double roundTripNanos,
    double priceNanos) {

  /** Longer is no latency but a broken clock or a wrong unit. */
  private static final double LONGEST_NANOS = 3_600e9;

  /** More requests in flight than any process holds. */
  private static final double MOST_IN_FLIGHT = 1e8;

  boolean plausible() {
    return (latencyNanos.isEmpty()
            || (latencyNanos.getAsDouble() > 0 && within(latencyNanos.getAsDouble())))
        && isCount(othersInFlight)
        && isCount(ownInFlight)
        && ownPicks >= 0
        && endpoints >= 0
        && within(roundTripNanos)
        && within(priceNanos);
  }

  private static boolean isCount(double requests) {
    return requests >= 0 && requests <= MOST_IN_FLIGHT;
  }

  private static boolean within(double nanos) {
    return nanos >= 0 && nanos <= LONGEST_NANOS;
  }
}
