package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.ConcurrencyLimit;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.ClusterCounters;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The limits on a service's requests in flight. What is acquired is released exactly once. Any
 * thread, no lock.
 */
final class ServiceLimits {
  private final int fixed;
  private final @Nullable ConcurrencyLimit adaptive;
  private final AtomicInteger inFlight;

  private ServiceLimits(int fixed, @Nullable ConcurrencyLimit adaptive, AtomicInteger inFlight) {
    this.fixed = fixed;
    this.adaptive = adaptive;
    this.inFlight = inFlight;
  }

  /**
   * Null where the service as a whole has no limit.
   *
   * @param inFlight outlives these limits, so that the next ones know of the requests of these
   */
  static @Nullable ServiceLimits of(
      RequestLimits limits,
      Optional<AdaptiveConcurrency> concurrency,
      AtomicInteger inFlight,
      RandomSource random,
      long now) {
    if (limits.perService() == Integer.MAX_VALUE && concurrency.isEmpty()) {
      return null;
    }
    return new ServiceLimits(
        limits.perService(),
        concurrency.map(policy -> new ConcurrencyLimit(policy, random, now)).orElse(null),
        inFlight);
  }

  boolean tryAcquire(int trafficClass) {
    int seen;
    do {
      // Not counted and taken back: that would refuse others meanwhile.
      seen = inFlight.get();
      if (seen >= fixed) {
        return false;
      }
    } while (!inFlight.compareAndSet(seen, seen + 1));
    if (adaptive == null
        || adaptive.tryAcquire(Math.clamp(trafficClass, 0, ClusterCounters.CLASSES - 1))) {
      return true;
    }
    inFlight.getAndDecrement();
    return false;
  }

  /** What was acquired found no endpoint. */
  void release() {
    inFlight.getAndDecrement();
    if (adaptive != null) {
      adaptive.ignored();
    }
  }

  /**
   * @param latencyNanos from the pick to the end
   */
  void ended(Outcome outcome, long latencyNanos, long now) {
    inFlight.getAndDecrement();
    if (adaptive == null) {
      return;
    }
    switch (outcome) {
      case REPLIED -> adaptive.replied((double) latencyNanos, now);
      case OVERLOADED, TIMED_OUT, REFUSED -> adaptive.overloaded(now);
      case CONNECT_FAILED, RESET, FAILED, IGNORED -> adaptive.ignored();
    }
  }
}
