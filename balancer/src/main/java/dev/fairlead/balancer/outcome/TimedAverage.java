package dev.fairlead.balancer.outcome;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A moving average in which what is older than a time constant τ fades: after Δt without a sample
 * the old value weighs e^(−Δt/τ). Any thread may add a sample, without a lock: each takes for
 * itself the time since the last one, so that no stretch of time counts twice. Reading changes
 * nothing.
 */
final class TimedAverage {
  private static final long UNKNOWN = Double.doubleToRawLongBits(Double.NaN);

  private static final AtomicLongFieldUpdater<TimedAverage> BITS =
      AtomicLongFieldUpdater.newUpdater(TimedAverage.class, "bits");
  private static final AtomicLongFieldUpdater<TimedAverage> SAMPLED_AT =
      AtomicLongFieldUpdater.newUpdater(TimedAverage.class, "sampledAt");

  private volatile long bits = UNKNOWN;
  private volatile long sampledAt;

  TimedAverage(long now) {
    sampledAt = now;
  }

  /** The average at the last sample; NaN before the first. */
  double value() {
    return Double.longBitsToDouble(bits);
  }

  /** How much of the last value is left at {@code now}: in (0, 1]. */
  double faded(long now, double tauNanos) {
    return remaining(now - sampledAt, tauNanos);
  }

  /** Adds a sample; {@code prior} is the value before the first one. */
  void add(double sample, long now, double tauNanos, double prior) {
    double remaining = claim(now, tauNanos);
    while (true) {
      long seen = bits;
      double old = orPrior(seen, prior);
      if (replace(seen, sample + remaining * (old - sample))) {
        return;
      }
    }
  }

  /** Adds a sample which, if it is above the average, becomes the average at once. */
  void addPeak(double sample, long now, double tauNanos, double prior) {
    double remaining = claim(now, tauNanos);
    while (true) {
      long seen = bits;
      double old = orPrior(seen, prior);
      double fresh = sample > old ? sample : sample + remaining * (old - sample);
      if (replace(seen, fresh)) {
        return;
      }
    }
  }

  /** Makes the time until {@code now} not count, as when no sample could have come. */
  void skipTo(long now) {
    SAMPLED_AT.accumulateAndGet(this, now, Math::max);
  }

  private double claim(long now, double tauNanos) {
    while (true) {
      long last = sampledAt;
      if (now <= last) {
        return 1;
      }
      if (SAMPLED_AT.compareAndSet(this, last, now)) {
        return remaining(now - last, tauNanos);
      }
    }
  }

  private boolean replace(long seen, double fresh) {
    long replacement = Double.doubleToRawLongBits(fresh);
    // A success average that stands at 1 stays there, and nothing need be written.
    return replacement == seen || BITS.compareAndSet(this, seen, replacement);
  }

  private static double orPrior(long seen, double prior) {
    return seen == UNKNOWN ? prior : Double.longBitsToDouble(seen);
  }

  private static double remaining(long elapsed, double tauNanos) {
    return elapsed <= 0 ? 1 : Math.exp(-elapsed / tauNanos);
  }
}
