package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.health.Ramp;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.health.WarmUpGroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The warm-up of one pool's candidates: what is left of each one's weight meanwhile. */
final class Warming {
  private final WarmUpGroup group;
  private final Candidate[] candidates;

  private Warming(WarmUpGroup group, Candidate[] candidates) {
    this.group = group;
    this.candidates = candidates;
  }

  /** Null where all are warm. */
  static @Nullable Warming of(WarmUp policy, Candidate[] candidates) {
    if (policy.window().isZero()) {
      return null;
    }
    List<Ramp> ramps = new ArrayList<>(candidates.length);
    for (Candidate candidate : candidates) {
      ramps.add(candidate.incarnation().ramp());
    }
    WarmUpGroup group = new WarmUpGroup(policy, ramps);
    return group.warm() ? null : new Warming(group, candidates);
  }

  /** To be called once for each pick. */
  void advance(long now) {
    if (group.due(now)) {
      group.advance(now, index -> latencyNanos(index, now));
    }
  }

  private double latencyNanos(int index, long now) {
    Candidate candidate = candidates[index];
    return candidate.statistics().knowsLatency()
        ? candidate.statistics().latencyNanos(now, candidate.estimation())
        : Double.NaN;
  }

  /** In (0, 1]. */
  double factor(int index) {
    return group.factor(index);
  }

  /** Whether a draw by the whole weight stands: true for a part of them, the factor. */
  boolean accepts(int index, RandomSource random) {
    double factor = group.factor(index);
    return factor >= 1 || random.nextDouble() < factor;
  }
}
