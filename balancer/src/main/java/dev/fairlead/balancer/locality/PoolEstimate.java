package dev.fairlead.balancer.locality;

import java.util.OptionalDouble;

/**
 * A pool as the samples of the last seconds show it, and its latency as a function of our load.
 *
 * <p>Each endpoint is taken for a queue M/M/1. With a requests in flight over n endpoints at
 * latency L the service time is S = L/(1 + a/n) and the utilisation ρ = a/(n + a), of which others
 * have their part ρₒ; so latency(λ) = S/(1 − ρₒ − λS/n). Whatever the true curve is, this one goes
 * through the measured point, so that the spill settles where the measured latencies balance; its
 * slope there, L²/n, is no flatter than that of a pool with more servers, so that it approaches
 * that point from one side.
 *
 * @param sampledAt nanoseconds
 * @param latencyNanos as reported; NaN before the first sample of it
 * @param latencyAt when it was last reported, nanoseconds
 * @param others requests of others in flight
 * @param own requests of ours in flight, those on their way included
 * @param picks our requests ever sent there
 * @param rate of our requests, per nanosecond; NaN before the second sample
 */
record PoolEstimate(
    long sampledAt,
    double latencyNanos,
    long latencyAt,
    double others,
    double own,
    long picks,
    double rate,
    int endpoints,
    double roundTripNanos,
    double priceNanos) {

  /** Of a pool that was never sampled. */
  static final PoolEstimate NONE =
      new PoolEstimate(
          Long.MAX_VALUE,
          Double.NaN,
          0,
          Double.NaN,
          Double.NaN,
          Long.MAX_VALUE,
          Double.NaN,
          0,
          0,
          0);

  /** Time constant of the samples: long enough to average over counts of few requests. */
  static final double SENSE_NANOS = 1e9;

  /** After so long without a sample a latency is unknown: as long as the peak EWMA remembers. */
  private static final long TIME_TO_LIVE_NANOS = 10_000_000_000L;

  /** How many of our requests in the samples' time weigh as much as the reported latency. */
  private static final double REPORT_WORTH = 10;

  /** How far below the reported latency ours may come out: further, the round trip is wrong. */
  private static final double LEAST_OF_REPORTED = 0.1;

  /** As of {@code now}; samples between that were ignored are made up for by this one. */
  PoolEstimate with(PoolSample sample, long now) {
    double elapsed = (double) Math.max(0, now - sampledAt);
    double fresh = 1 - Math.exp(-elapsed / SENSE_NANOS);
    OptionalDouble latency = sample.latencyNanos();
    boolean reported = latency.isPresent();
    double before = knowsLatency(now) ? latencyNanos : Double.NaN;
    boolean counted = elapsed > 0 && sample.ownPicks() >= picks;
    double picked = (double) (sample.ownPicks() - picks);
    return new PoolEstimate(
        now,
        reported ? blend(before, latency.getAsDouble(), fresh) : latencyNanos,
        reported ? now : latencyAt,
        blend(others, sample.othersInFlight(), fresh),
        blend(own, sample.ownInFlight(), fresh),
        sample.ownPicks(),
        counted ? blend(rate, picked / elapsed, fresh) : rate,
        sample.endpoints(),
        sample.roundTripNanos(),
        sample.priceNanos());
  }

  private static double blend(double old, double sample, double fresh) {
    return Double.isNaN(old) ? sample : old + fresh * (sample - old);
  }

  private boolean knowsLatency(long now) {
    return !Double.isNaN(latencyNanos) && now - latencyAt <= TIME_TO_LIVE_NANOS;
  }

  /** Whether there is anything to predict its latency from. */
  boolean predictable(long now) {
    return endpoints > 0 && !Double.isNaN(rate) && knowsLatency(now);
  }

  /** What it costs to go there, nanoseconds. */
  double crossingNanos() {
    return roundTripNanos + priceNanos;
  }

  /**
   * Latency at our rate of now, nanoseconds. The more requests of ours there are, the more it is
   * what Little's law makes of them, own/λ − round trip: a reported latency lags behind the load,
   * and a loop over a lag swings.
   */
  double latencyNow() {
    double requests = rate * SENSE_NANOS;
    double lasted = requests > 0 ? own / rate - roundTripNanos : latencyNanos;
    double ours = Math.max(lasted, LEAST_OF_REPORTED * latencyNanos);
    return (requests * ours + REPORT_WORTH * latencyNanos) / (requests + REPORT_WORTH);
  }

  /** Our rate, per nanosecond, at which its latency would be {@code level}; at least 0. */
  double rateAt(double level) {
    double latency = latencyNow();
    double occupancy = 1 + (others + rate * latency) / endpoints;
    double service = latency / occupancy;
    if (level <= service) {
      return 0;
    }
    double free = 1 - others / (endpoints * occupancy);
    return Math.max(0, endpoints / service * (free - service / level));
  }
}
