package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.weight.ClassShares;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Turns away the part of each class that the plan says. Each request's chance decides, apart from
 * those before it: so what is turned away is spread evenly, and no user whose requests keep time
 * with a counter is turned away each time. Any thread, no lock.
 */
final class Shedding {
  private final double[] parts = new double[ClassShares.CLASSES];
  private final long until;
  private final AtomicLongArray counts;

  /**
   * @param now since the balancer was made
   * @param counts of what was turned away, by class
   */
  Shedding(ClassShares plan, long now, AtomicLongArray counts) {
    plan.shed().forEach((trafficClass, part) -> parts[trafficClass] = part);
    long length = plan.shedFor().toNanos();
    this.until = now + Math.min(length, Long.MAX_VALUE - now);
    this.counts = counts;
  }

  boolean meets(Request request, long now, RandomSource random) {
    double part = parts[at(request)];
    return part > 0 && now < until && random.nextDouble() < part;
  }

  void count(Request request) {
    counts.getAndIncrement(at(request));
  }

  /** One that is out of range counts as the nearest, as in the reports. */
  private static int at(Request request) {
    return Math.clamp(request.trafficClass(), 0, ClassShares.CLASSES - 1);
  }
}
