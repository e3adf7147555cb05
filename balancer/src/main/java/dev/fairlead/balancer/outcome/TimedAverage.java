package dev.fairlead.balancer.outcome;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A moving average in which what is older than a time constant τ fades: after Δt without a sample
 * the old value weighs e^(−Δt/τ). Any thread may add a sample, without a lock. Of samples at the
 * same moment two may count the same Δt, which is then nearly nothing. Reading changes nothing.
 */
final class TimedAverage {
  private static final long UNKNOWN = Double.doubleToRawLongBits(Double.NaN);

  /** Below it, four terms of the series of e^(−x) are exact to 10⁻¹⁰. */
  private static final double SMALL = 0.005;

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
    long elapsed = claim(now);
    while (true) {
      long seen = bits;
      double old = orPrior(seen, prior);
      // The usual case, a success average that stands at 1, does without the exponential.
      double fresh =
          sample == old ? sample : sample + remaining(elapsed, tauNanos) * (old - sample);
      if (replace(seen, fresh)) {
        return;
      }
    }
  }

  /** Adds a sample which, if it is above the average, becomes the average at once. */
  void addPeak(double sample, long now, double tauNanos, double prior) {
    long elapsed = claim(now);
    while (true) {
      long seen = bits;
      double old = orPrior(seen, prior);
      double fresh = sample > old ? sample : sample + remaining(elapsed, tauNanos) * (old - sample);
      if (replace(seen, fresh)) {
        return;
      }
    }
  }

  /** Makes the time until {@code now} not count, as when no sample could have come. */
  void skipTo(long now) {
    claim(now);
  }

  /** Takes the time since the last sample for this one: ≥ 0. */
  private long claim(long now) {
    long last = sampledAt;
    if (now <= last) {
      return 0;
    }
    // Lazily: an atomic write of the average follows, or the average stays and no one waits.
    SAMPLED_AT.lazySet(this, now);
    return now - last;
  }

  private boolean replace(long seen, double fresh) {
    long replacement = Double.doubleToRawLongBits(fresh);
    return replacement == seen || BITS.compareAndSet(this, seen, replacement);
  }

  private static double orPrior(long seen, double prior) {
    return seen == UNKNOWN ? prior : Double.longBitsToDouble(seen);
  }

  private static double remaining(long elapsed, double tauNanos) {
    if (elapsed <= 0) {
      return 1;
    }
    double x = elapsed / tauNanos;
    return x < SMALL ? 1 - x * (1 - x * (0.5 - x / 6)) : Math.exp(-x);
  }
}
