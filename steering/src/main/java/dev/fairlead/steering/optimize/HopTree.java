package dev.fairlead.steering.optimize;

import org.jspecify.annotations.Nullable;

/**
 * One way to serve a request from outside: for each place that the tree of its calls reaches, where
 * the calls go. The interior point gives it a flow; the arrays do not change.
 */
final class HopTree {
  /** Calls made at a place: which (service × clusters + caller's cluster), where to, how many. */
  final int[] places;

  /** Cluster that serves them; −1: shed. */
  final int[] served;

  final double[] calls;

  /** Pools that it loads, in rising order, and the work for each request from outside. */
  final int[] pools;

  final double[] loads;

  /** Money per request from outside, for ways and what is shed, without the pools. */
  final double cost;

  /** Requests per second, and the multiplier of their not being negative; with their changes. */
  double flow;

  double slack;
  double flowStep;
  double slackStep;

  // Of one direction, until the prices' steps are known.
  double flowTarget;
  double slackTarget;

  /** What it loads beyond the key tree of its demand: the first so many of the arrays. */
  int beyond;

  int[] beyondPools = {};
  double[] beyondLoads = {};
  private @Nullable HopTree key;

  HopTree(int[] places, int[] served, double[] calls, int[] pools, double[] loads, double cost) {
    this.places = places;
    this.served = served;
    this.calls = calls;
    this.pools = pools;
    this.loads = loads;
    this.cost = cost;
  }

  /** Cost with the pools at these prices. */
  double costAt(double[] prices) {
    double sum = cost;
    for (int i = 0; i < pools.length; i++) {
      sum += loads[i] * prices[pools[i]];
    }
    return sum;
  }

  /** Adds what this flow through it loads. */
  void addLoad(double rps, double[] to) {
    for (int i = 0; i < pools.length; i++) {
      to[pools[i]] += rps * loads[i];
    }
  }

  /** Sets what it loads beyond the key tree. */
  @SuppressWarnings("ReferenceEquality") // whether it is the same tree, not one like it
  void compare(HopTree with) {
    if (key == with) {
      return;
    }
    key = with;
    int most = pools.length + with.pools.length;
    if (beyondPools.length < most) {
      beyondPools = new int[most];
      beyondLoads = new double[most];
    }
    beyond = 0;
    int i = 0;
    int j = 0;
    while (i < pools.length || j < with.pools.length) {
      int mine = i < pools.length ? pools[i] : Integer.MAX_VALUE;
      int other = j < with.pools.length ? with.pools[j] : Integer.MAX_VALUE;
      double load = (mine <= other ? loads[i++] : 0) - (other <= mine ? with.loads[j++] : 0);
      if (load != 0) {
        beyondPools[beyond] = Math.min(mine, other);
        beyondLoads[beyond++] = load;
      }
    }
  }
}
