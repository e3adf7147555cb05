package dev.fairlead.balancer.pick;

import java.util.List;

/**
 * Pools that share traffic. Farther tiers get what this one should not have by its health, and all
 * where it has no endpoint to pick.
 */
final class Tier {
  private final Pool[] pools;
  private final double[] shares;

  /**
   * @param pools at least one
   * @param shares of the tier's traffic for each, above 0; only the ratio counts
   */
  Tier(List<Pool> pools, double[] shares) {
    this.pools = pools.toArray(Pool[]::new);
    this.shares = shares;
  }

  /** Not to be changed: shared with every pick. */
  Pool[] pools() {
    return pools;
  }

  double share(int pool) {
    return shares[pool];
  }
}
