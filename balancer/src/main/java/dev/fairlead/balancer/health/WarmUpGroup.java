package dev.fairlead.balancer.health;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToDoubleFunction;

/**
 * The factors of endpoints that share traffic, as they warm up. Each is relative to the warmest: a
 * new endpoint beside warm ones gets less, but where all are equally new nobody does, since
 * somebody has to take the requests. Any thread, no lock; once all are warm, advancing is one read.
 */
public final class WarmUpGroup {
  /** Steps of a window: a share then jumps by some 2 points at most, at the highest speed by 3. */
  private static final int STEPS = 64;

  private final WarmUp policy;
  private final Ramp[] ramps;

  /** When the next step is due; {@link Long#MAX_VALUE} during a step, and once all are warm. */
  private final AtomicLong stepAt = new AtomicLong();

  private volatile double[] factors;

  /**
   * @param ramps of the endpoints, which are known by their index in it
   */
  public WarmUpGroup(WarmUp policy, List<Ramp> ramps) {
    this.policy = policy;
    this.ramps = ramps.toArray(Ramp[]::new);
    factors = relativeFactors();
  }

  /** The factor of an endpoint's weight, in [min, 1]. */
  public double factor(int index) {
    return factors[index];
  }

  /** Whether nobody needs {@link #advance} any more. */
  public boolean warm() {
    for (Ramp ramp : ramps) {
      if (policy.factor(ramp.nanos()) < 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether the next step may be taken; one read. */
  public boolean due(long now) {
    return now >= stepAt.get();
  }

  /**
   * Takes the next step if it is due; one thread at a time does.
   *
   * @param latencyNanos an endpoint's latency by its index; NaN if unknown
   * @return whether the factors may have changed
   */
  public boolean advance(long now, IntToDoubleFunction latencyNanos) {
    long due = stepAt.get();
    if (now < due || !stepAt.compareAndSet(due, Long.MAX_VALUE)) {
      return false;
    }
    try {
      step(now, latencyNanos);
      factors = relativeFactors();
    } finally {
      long next = now + Math.max(1, policy.window().toNanos() / STEPS);
      stepAt.set(warm() ? Long.MAX_VALUE : next);
    }
    return true;
  }

  private void step(long now, IntToDoubleFunction latencyNanos) {
    double[] latencies = new double[ramps.length];
    for (int index = 0; index < ramps.length; index++) {
      double latency = latencyNanos.applyAsDouble(index);
      latencies[index] = latency > 0 ? latency : Double.NaN;
    }
    double[] known = Arrays.stream(latencies).filter(Double::isFinite).sorted().toArray();
    for (int index = 0; index < ramps.length; index++) {
      ramps[index].advance(now, latencies[index], medianOfOthers(known, latencies[index]));
    }
  }

  private static double medianOfOthers(double[] known, double own) {
    return Double.isFinite(own)
        ? Median.without(known, Arrays.binarySearch(known, own))
        : Median.of(known);
  }

  private double[] relativeFactors() {
    double[] fresh =
        Arrays.stream(ramps).mapToDouble(ramp -> policy.factor(ramp.nanos())).toArray();
    double most = Arrays.stream(fresh).max().orElse(1);
    for (int index = 0; index < fresh.length; index++) {
      fresh[index] /= most;
    }
    return fresh;
  }
}
