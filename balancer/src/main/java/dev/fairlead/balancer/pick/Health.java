package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.health.Ejections;
import dev.fairlead.balancer.locality.HostCounts;
import dev.fairlead.balancer.locality.LocalityShares;
import dev.fairlead.balancer.locality.PriorityLoads;
import dev.fairlead.balancer.pick.PoolHealth.Members;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is fit for requests, and how much of them each tier and pool gets by it, as it was when the
 * count of transitions was {@code version}. Made anew only after a transition, so that a pick
 * neither counts nor finds out the hard way that a pool is empty.
 */
final class Health {
  private final int version;

  /** Of the classes that are led otherwise; empty where none is. */
  private final @Nullable Health[] byClass;

  private final TierHealth[] tiers;
  private final @Nullable PriorityLoads loads;

  /** What of the first tier's traffic each tier gets by predicted latency; empty: it keeps all. */
  private final double[] spilled;

  private final List<Candidate> unreachable = new ArrayList<>();
  private final List<Candidate> missed = new ArrayList<>();
  private final long expiresAt;
  private final long nextTrialAt;

  /**
   * @param layout of the tiers
   * @param limit of requests in flight for each endpoint
   * @param spill shares by predicted latency; null where traffic does not spill by load
   * @param byClass of each class, null where it is led as this says; empty where all are
   */
  Health(
      int version,
      Layout layout,
      Spill policy,
      int limit,
      Ejections ejections,
      @Nullable LoadSpiller spill,
      @Nullable Health[] byClass,
      long now) {
    this.version = version;
    this.byClass = byClass;
    tiers = new TierHealth[layout.tiers().size()];
    long earliest = Long.MAX_VALUE;
    List<HostCounts> counts = new ArrayList<>();
    List<PoolHealth[]> pools = new ArrayList<>();
    for (Tier tier : layout.tiers()) {
      PoolHealth[] found = new PoolHealth[tier.pools().length];
      for (int at = 0; at < found.length; at++) {
        Pool pool = tier.pools()[at];
        Fitness[] fitness = new Fitness[pool.candidates().length];
        for (int index = 0; index < fitness.length; index++) {
          Candidate candidate = pool.candidates()[index];
          fitness[index] = candidate.fitness(ejections, now);
          earliest = Math.min(earliest, candidate.fitnessExpiresAt(now));
        }
        found[at] = PoolHealth.of(pool, fitness, limit);
      }
      pools.add(found);
      counts.add(sum(found));
    }
    for (Health other : byClass) {
      earliest = Math.min(earliest, other == null ? Long.MAX_VALUE : other.expiresAt);
    }
    expiresAt = earliest;
    loads =
        layout.byPriority()
            ? PriorityLoads.of(counts, policy.overprovisioning(), policy.panicThreshold())
            : null;
    for (int at = 0; at < tiers.length; at++) {
      boolean panics =
          loads != null
              ? loads.panics(at)
              : PriorityLoads.of(
                      List.of(counts.get(at)), policy.overprovisioning(), policy.panicThreshold())
                  .panics(0);
      PoolHealth[] found = pools.get(at);
      for (int each = 0; panics && each < found.length; each++) {
        found[each] = found[each].panicking(limit);
      }
      tiers[at] = new TierHealth(found, shares(layout.tiers().get(at), found, policy, spill));
    }
    spilled = spill == null || !layout.byPriority() ? new double[0] : spill.byTier(layout.tiers());
    nextTrialAt = findUnreachable();
  }

  private static HostCounts sum(PoolHealth[] pools) {
    return new TierHealth(pools, new double[0]).counts();
  }

  private static double[] shares(
      Tier tier, PoolHealth[] pools, Spill policy, @Nullable LoadSpiller spill) {
    if (pools.length == 1) {
      return new double[] {1};
    }
    double sum = 0;
    for (int at = 0; at < pools.length; at++) {
      sum += tier.share(at);
    }
    List<LocalityShares.Weighted> weighted = new ArrayList<>();
    for (int at = 0; at < pools.length; at++) {
      double share = tier.share(at);
      if (spill != null) {
        share = Math.max(0, share / sum + spill.correction(pools[at].pool().name()));
      }
      weighted.add(new LocalityShares.Weighted(share, pools[at].counts()));
    }
    LocalityShares scaled = LocalityShares.of(weighted, policy.overprovisioning());
    double[] shares = new double[pools.length];
    for (int at = 0; at < shares.length; at++) {
      shares[at] = scaled.share(at);
    }
    return shares;
  }

  /** When the next trial of those that get traffic is due. */
  private long findUnreachable() {
    long earliest = Long.MAX_VALUE;
    boolean reachable = false;
    for (int at = 0; at < tiers.length; at++) {
      // Where shares are declared or planned, one that cannot be reached gets nothing, so whether
      // it can be reached again must be found out though it gets no traffic.
      boolean wanted = loads == null || !reachable || loads.healthy(at) > 0;
      for (PoolHealth pool : tiers[at].pools()) {
        for (int index = 0; index < pool.pool().candidates().length; index++) {
          if (pool.fitness(index) != Fitness.UNREACHABLE) {
            reachable = true;
            continue;
          }
          Candidate candidate = pool.pool().candidates()[index];
          unreachable.add(candidate);
          if (wanted) {
            missed.add(candidate);
            earliest = Math.min(earliest, candidate.statistics().trialAt());
          }
        }
      }
    }
    return earliest;
  }

  int version() {
    return version;
  }

  /** What counts for a request of its class. */
  Health of(Request request) {
    if (byClass.length == 0) {
      return this;
    }
    Health own = byClass[Math.clamp(request.trafficClass(), 0, byClass.length - 1)];
    return own == null ? this : own;
  }

  TierHealth[] tiers() {
    return tiers;
  }

  /** When it is out of date though there was no transition. */
  long expiresAt() {
    return expiresAt;
  }

  /** All endpoints of the tiers that cannot be reached. */
  List<Candidate> unreachable() {
    return unreachable;
  }

  /** Of those, the ones that would get traffic. */
  List<Candidate> missed() {
    return missed;
  }

  /** Whether one of {@link #missed()} may be tried. */
  boolean trialIsDue(long now) {
    return nextTrialAt <= now;
  }

  /**
   * The tier of one pick: its number where its fit ones are meant, −1 − number where its degraded
   * ones are.
   *
   * @param key uniform bits that decide where the request's key does; else the random source does
   */
  int draw(boolean byKey, long key, RandomSource random) {
    if (loads == null) {
      return 0;
    }
    int drawn = 0;
    if (tiers.length > 1 || loads.degraded(0) > 0) {
      if (loads.healthy(0) < 100) {
        int percentile = byKey ? (int) Long.remainderUnsigned(key, 100) : random.below(100);
        drawn = loads.draw(percentile);
      }
      if (drawn == 0 && spilled.length > 0) {
        drawn = drawSpilled(byKey ? (key >>> 11) * 0x1.0p-53 : random.nextDouble());
      }
    }
    return drawn == Integer.MIN_VALUE ? 0 : drawn;
  }

  private int drawSpilled(double uniform) {
    double left = uniform;
    for (int at = 0; at < spilled.length; at++) {
      left -= spilled[at];
      if (left < 0 && tiers[at].has(Members.FIT)) {
        return at;
      }
    }
    return 0;
  }
}
