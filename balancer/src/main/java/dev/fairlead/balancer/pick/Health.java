package dev.fairlead.balancer.pick;

/**
 * How many endpoints of each pool can be reached, counted when the count of transitions was {@code
 * version}. Counted anew only after a transition, so that a pick neither counts nor finds out the
 * hard way that a pool is empty.
 */
final class Health {
  private final int version;
  private final int[] reachableByPool;
  private final int reachable;
  private final long nextTrialAt;

  Health(int version, Tier[] tiers, int pools) {
    this.version = version;
    reachableByPool = new int[pools];
    long earliest = Long.MAX_VALUE;
    int sum = 0;
    for (Tier tier : tiers) {
      boolean inUse = sum == 0;
      for (Pool pool : tier.pools()) {
        for (Candidate candidate : pool.candidates()) {
          if (candidate.statistics().reachable()) {
            reachableByPool[pool.ordinal()]++;
            sum++;
          } else if (inUse) {
            earliest = Math.min(earliest, candidate.statistics().trialAt());
          }
        }
      }
    }
    reachable = sum;
    nextTrialAt = earliest;
  }

  int version() {
    return version;
  }

  int reachable(Pool pool) {
    return reachableByPool[pool.ordinal()];
  }

  /** Over all pools. */
  int reachable() {
    return reachable;
  }

  int reachable(Tier tier) {
    int sum = 0;
    for (Pool pool : tier.pools()) {
      sum += reachable(pool);
    }
    return sum;
  }

  /** Of the endpoints that would get traffic: up to the first tier that has any reachable. */
  boolean trialIsDue(long now) {
    return nextTrialAt <= now;
  }
}
