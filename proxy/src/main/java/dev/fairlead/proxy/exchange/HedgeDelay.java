package dev.fairlead.proxy.exchange;

import dev.fairlead.route.Hedging;
import java.util.concurrent.TimeUnit;

/**
 * After which time one loop sends a service's requests to a second endpoint. A quantile is
 * estimated without memory: each time that is longer moves the estimate up by a little, each
 * shorter one down, in the proportion in which there should be of both.
 */
final class HedgeDelay {
  /** Who waits for longer waits for something else than a slow replica. */
  static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Fewer say nothing of a tail; until then nothing is sent twice. */
  static final int ENOUGH = 100;

  /** Relative to the estimate: a change of the service is followed within some hundred requests. */
  private static final double STEP = 0.02;

  final Hedging policy;
  private double estimate;
  private int samples;

  HedgeDelay(Hedging policy) {
    this.policy = policy;
  }

  long nanos() {
    long least = policy.delay().toNanos();
    if (policy.quantile().isEmpty()) {
      return least;
    }
    return samples < ENOUGH ? LONGEST_NANOS : Math.clamp((long) estimate, least, LONGEST_NANOS);
  }

  /**
   * @param nanos from the first attempt to the head of the answer; where the second one was faster,
   *     the time until then, as the first would have been longer
   */
  void sample(long nanos) {
    if (policy.quantile().isEmpty()) {
      return;
    }
    double quantile = policy.quantile().getAsDouble();
    if (samples == 0) {
      estimate = nanos;
    }
    samples = Math.min(ENOUGH, samples + 1);
    double step = Math.max(STEP, 1.0 / samples);
    estimate *= nanos > estimate ? 1 + step * quantile : 1 - step * (1 - quantile);
    estimate = Math.clamp(estimate, 1.0, (double) LONGEST_NANOS);
  }
}
