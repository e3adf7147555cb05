package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pools that share traffic; the next tier gets none while this one has an endpoint to pick. */
final class Tier {
  private final Pool[] pools;

  /**
   * @param pools at least one, each with a share above 0
   */
  Tier(List<Pool> pools) {
    this.pools = pools.toArray(Pool[]::new);
  }

  /** Not to be changed: shared with every pick. */
  Pool[] pools() {
    return pools;
  }

  @Nullable Candidate choose(
      Request request, Admission admission, long now, RandomSource random, Health health) {
    Pool pool = drawReachable(random, health);
    if (pool == null) {
      return null;
    }
    Candidate chosen = pool.choose(request, admission, now, random);
    if (chosen != null || pools.length == 1) {
      return chosen;
    }
    pool = drawAdmitting(request, admission, now, random);
    return pool == null ? null : pool.choose(request, admission, now, random);
  }

  private @Nullable Pool drawReachable(RandomSource random, Health health) {
    if (pools.length == 1) {
      return health.reachable(pools[0]) > 0 ? pools[0] : null;
    }
    double sum = 0;
    for (Pool pool : pools) {
      if (health.reachable(pool) > 0) {
        sum += pool.share();
      }
    }
    double left = random.nextDouble() * sum;
    Pool last = null;
    for (Pool pool : pools) {
      if (health.reachable(pool) > 0) {
        last = pool;
        left -= pool.share();
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** Looks at all: for what the reachable count does not know, as a subset or what was tried. */
  private @Nullable Pool drawAdmitting(
      Request request, Admission admission, long now, RandomSource random) {
    double sum = 0;
    Pool chosen = null;
    for (Pool pool : pools) {
      if (pool.hasAny(request, admission, now)) {
        sum += pool.share();
        if (chosen == null || random.nextDouble() * sum < pool.share()) {
          chosen = pool;
        }
      }
    }
    return chosen;
  }
}
