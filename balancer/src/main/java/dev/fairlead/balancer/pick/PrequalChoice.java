package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.probe.ProbePolicy;
import dev.fairlead.balancer.probe.ProbePool;
import dev.fairlead.balancer.probe.ProbeTargets;
import dev.fairlead.balancer.probe.Prober;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prequal: chooses by what the endpoints themselves said a moment ago, and asks some of them anew
 * with each request. Weights count only where it has to choose at random: what the servers say is
 * their capacity.
 *
 * <p>The pool of answers is this choice's own and goes with its snapshot, so an answer of an
 * endpoint that left reaches nobody; the next requests fill it again.
 */
final class PrequalChoice implements Choice {
  private final Candidate[] candidates;
  private final Choice unprobed;
  private final ProbePool pool;

  /**
   * @param candidates at least one, each with a weight above 0
   * @param unprobed chooses where there is nothing to compare; by what this caller itself saw, or
   *     one that fails fast would get its full share whenever the pool is empty
   * @param estimation the failure penalty, and how success is averaged
   * @param counters outlive this choice
   * @param clock the time that each pick's {@code now} is read from
   */
  PrequalChoice(
      Candidate[] candidates,
      Choice unprobed,
      Estimation estimation,
      ProbePolicy policy,
      Prober prober,
      ProbeCounters counters,
      Ticker clock) {
    this.candidates = candidates;
    this.unprobed = unprobed;
    this.pool = new ProbePool(policy, new Targets(candidates, estimation), prober, counters, clock);
  }

  @Override
  public int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    if (candidates.length == 1) {
      return unprobed.choose(request, admission, now, random, trace);
    }
    int chosen = fromPool(request, admission, now, trace);
    if (chosen == WeightedDraw.NONE) {
      chosen = unprobed.choose(request, admission, now, random, trace);
      if (trace != null) {
        trace.rule("as fewer than two probes are fresh, least cost of two drawn by weight");
      }
    }
    if (chosen != WeightedDraw.NONE) {
      pool.requested(now, random);
    }
    return chosen;
  }

  private int fromPool(Request request, Admission admission, long now, @Nullable Trace trace) {
    if (trace != null) {
      trace.rule("of the probed: lowest latency of the cold, or fewest in flight if all are hot");
    }
    long admitted = 0;
    for (int slot = 0; slot < pool.slots(); slot++) {
      int target = pool.target(slot, now);
      if (target != ProbePool.NONE && admission.admits(target, request, now)) {
        admitted |= 1L << slot;
        if (trace != null && trace.compares()) {
          double nanos = pool.latencyNanos(slot, now);
          trace.compared(
              candidates[target], nanos, new TreeMap<>(Map.of("latencyMillis", nanos / 1e6)));
        }
      }
    }
    int chosen = pool.choose(admitted, now);
    // Another thread may have put an endpoint into the slot that this request is not admitted to.
    return chosen != ProbePool.NONE && admission.admits(chosen, request, now)
        ? chosen
        : WeightedDraw.NONE;
  }

  private static final class Targets implements ProbeTargets {
    private final Candidate[] candidates;
    private final Estimation estimation;

    Targets(Candidate[] candidates, Estimation estimation) {
      this.candidates = candidates;
      this.estimation = estimation;
    }

    @Override
    public int count() {
      return candidates.length;
    }

    @Override
    public Endpoint endpoint(int target) {
      return candidates[target].endpoint();
    }

    @Override
    public boolean usable(int target, long now) {
      return candidates[target].usable(now);
    }

    @Override
    public int inFlight(int target) {
      return candidates[target].statistics().inFlight();
    }

    @Override
    public double failureNanos(int target, long now) {
      return candidates[target].statistics().failureNanos(now, estimation);
    }
  }
}
