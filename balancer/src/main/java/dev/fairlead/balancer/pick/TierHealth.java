package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.hash.XxHash64;
import dev.fairlead.balancer.locality.HostCounts;
import dev.fairlead.balancer.pick.PoolHealth.Members;
import org.jspecify.annotations.Nullable;

/** The pools of one tier with their health, and the share of each by it. */
final class TierHealth {
  private final PoolHealth[] pools;

  /** Of each pool, by declaration or plan and its health; they need not sum to 1. */
  private final double[] shares;

  private final double sum;

  /**
   * @param shares of the pools in that order
   */
  TierHealth(PoolHealth[] pools, double[] shares) {
    this.pools = pools;
    this.shares = shares;
    double all = 0;
    for (double share : shares) {
      all += share;
    }
    this.sum = all;
  }

  PoolHealth[] pools() {
    return pools;
  }

  HostCounts counts() {
    int hosts = 0;
    int healthy = 0;
    int degraded = 0;
    for (PoolHealth pool : pools) {
      hosts += pool.counts().hosts();
      healthy += pool.counts().healthy();
      degraded += pool.counts().degraded();
    }
    return new HostCounts(hosts, healthy, degraded);
  }

  boolean has(Members members) {
    for (PoolHealth pool : pools) {
      if (pool.has(members)) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param byKey whether the request's key decides between pools, so that it always leads to the
   *     same
   */
  @Nullable Candidate choose(
      Members members,
      Stage stage,
      Request request,
      boolean byKey,
      long now,
      RandomSource random,
      @Nullable Trace trace) {
    int drawn = pools.length == 1 ? 0 : byKey ? drawByKey(request, members) : draw(members, random);
    if (drawn >= 0 && pools[drawn].has(members)) {
      Candidate chosen = from(drawn, members, stage, request, now, random, trace);
      if (chosen != null) {
        return chosen;
      }
    }
    if (pools.length == 1) {
      return null;
    }
    drawn = drawAdmitting(members, stage, request, now, random);
    return drawn < 0 ? null : from(drawn, members, stage, request, now, random, trace);
  }

  private @Nullable Candidate from(
      int drawn,
      Members members,
      Stage stage,
      Request request,
      long now,
      RandomSource random,
      @Nullable Trace trace) {
    PoolHealth pool = pools[drawn];
    if (trace != null) {
      trace.pool(pool, members, sum > 0 ? shares[drawn] / sum : 0, stage);
    }
    return pool.pool().choose(request, pool.admission(members, stage), now, random, trace);
  }

  /** In proportion to the shares of those pools that have any such member; −1 if all are 0. */
  private int draw(Members members, RandomSource random) {
    double present = 0;
    for (int at = 0; at < pools.length; at++) {
      present += pools[at].has(members) ? shares[at] : 0;
    }
    double left = random.nextDouble() * present;
    int last = -1;
    for (int at = 0; at < pools.length && left >= 0; at++) {
      if (shares[at] > 0 && pools[at].has(members)) {
        last = at;
        left -= shares[at];
      }
    }
    return last;
  }

  /** Weighted rendezvous over the pools: where a share changes, as few keys move as must. */
  private int drawByKey(Request request, Members members) {
    int best = -1;
    double highest = -1;
    for (int at = 0; at < pools.length; at++) {
      if (shares[at] > 0 && pools[at].has(members)) {
        long hash = XxHash64.hash(request.affinity(), pools[at].pool().nameHash());
        double score = -shares[at] / Math.log(((hash >>> 12) + 0.5) * 0x1.0p-52);
        if (score > highest) {
          highest = score;
          best = at;
        }
      }
    }
    return best;
  }

  /** Looks at all, without a share too: for a subset, what was tried, degraded ones. */
  private int drawAdmitting(
      Members members, Stage stage, Request request, long now, RandomSource random) {
    double seen = 0;
    int chosen = -1;
    for (int at = 0; at < pools.length; at++) {
      PoolHealth pool = pools[at];
      if (pool.has(members) && pool.pool().hasAny(request, pool.admission(members, stage), now)) {
        double share = Math.max(shares[at], Double.MIN_NORMAL);
        seen += share;
        if (chosen < 0 || random.nextDouble() * seen < share) {
          chosen = at;
        }
      }
    }
    return chosen;
  }
}
