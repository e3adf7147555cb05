package dev.fairlead.balancer.pick;

import java.util.ArrayList;
import java.util.List;

/**
 * Which endpoints of each pool can be reached, as it was when the count of transitions was {@code
 * version}. Counted anew only after a transition, so that a pick neither counts nor finds out the
 * hard way that a pool is empty.
 */
final class Health {
  private final int version;
  private final int[] reachableByPool;
  private final List<Candidate> unreachable = new ArrayList<>();
  private final List<Candidate> missed;
  private final long nextTrialAt;

  /**
   * @param planned a plan gives nothing to a cluster that cannot be reached, so whether it can be
   *     reached again must be found out though it gets no traffic
   */
  Health(int version, Tier[] tiers, int pools, boolean planned) {
    this.version = version;
    reachableByPool = new int[pools];
    long earliest = Long.MAX_VALUE;
    int reachable = 0;
    int inUse = 0;
    for (Tier tier : tiers) {
      boolean wanted = planned || reachable == 0;
      for (Pool pool : tier.pools()) {
        for (Candidate candidate : pool.candidates()) {
          if (candidate.statistics().reachable()) {
            reachableByPool[pool.ordinal()]++;
            reachable++;
            continue;
          }
          unreachable.add(candidate);
          if (wanted) {
            inUse++;
            earliest = Math.min(earliest, candidate.statistics().trialAt());
          }
        }
      }
    }
    missed = unreachable.subList(0, inUse);
    nextTrialAt = earliest;
  }

  int version() {
    return version;
  }

  int reachable(Pool pool) {
    return reachableByPool[pool.ordinal()];
  }

  /** All endpoints of the tiers that cannot be reached. */
  List<Candidate> unreachable() {
    return unreachable;
  }

  /**
   * Of those, the ones that would get traffic: without a plan up to the first tier that has any
   * reachable.
   */
  List<Candidate> missed() {
    return missed;
  }

  /** Whether one of {@link #missed()} may be tried. */
  boolean trialIsDue(long now) {
    return nextTrialAt <= now;
  }
}
