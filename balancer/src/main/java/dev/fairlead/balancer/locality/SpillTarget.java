package dev.fairlead.balancer.locality;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the predicted latencies of now ask to leave a set-point: continuous in all that it
 * depends on, and a share of traffic moves only as far as it makes latencies equal. The local pool
 * is the first in each array.
 */
final class SpillTarget {
  /** Requests in flight in the mean below which nothing can be predicted from them. */
  private static final double IDLE = 0.01;

  private final double[] setPoint;
  private final List<PoolEstimate> known = new ArrayList<>();
  private final List<Integer> positions = new ArrayList<>();
  private double knownShare;
  private double inFlight;
  private double demand;

  private SpillTarget(List<PoolEstimate> pools, double[] setPoint, long now) {
    this.setPoint = setPoint;
    for (int i = 0; i < setPoint.length; i++) {
      if (pools.get(i).predictable(now)) {
        known.add(pools.get(i));
        positions.add(i);
        knownShare += setPoint[i];
        inFlight += pools.get(i).own();
        demand += pools.get(i).rate();
      }
    }
  }

  /**
   * What to add to each share of the set-point; sums to 0. Pools of which too little is known keep
   * theirs, and all do if the local pool is one of them.
   *
   * @param limit largest share to move
   */
  static double[] correction(List<PoolEstimate> pools, double[] setPoint, double limit, long now) {
    SpillTarget target = new SpillTarget(pools, setPoint, now);
    boolean idle = target.inFlight < IDLE || target.demand <= 0;
    if (!pools.get(0).predictable(now) || idle) {
      return new double[setPoint.length];
    }
    double[] outward = target.equalising(1);
    if (setPoint[0] > outward[0]) {
      return target.towards(outward, limit);
    }
    double[] homeward = target.equalising(-1);
    if (setPoint[0] < homeward[0]) {
      return target.towards(homeward, limit);
    }
    return new double[setPoint.length];
  }

  /**
   * Shares at which the local latency equals each used remote's plus (1) or minus (−1) its
   * crossing.
   */
  private double[] equalising(int sign) {
    double[] handicaps = new double[known.size()];
    for (int i = 0; i < handicaps.length; i++) {
      handicaps[i] = sign * known.get(i).crossingNanos();
    }
    double[] filled = Filling.shares(known, handicaps);
    double[] shares = setPoint.clone();
    for (int i = 0; i < filled.length; i++) {
      shares[positions.get(i)] = knownShare * filled[i];
    }
    return shares;
  }

  /** Only between the local pool and remotes: how remotes share among each other is the plan's. */
  private double[] towards(double[] wanted, double limit) {
    double local = wanted[0] - setPoint[0];
    double moved = Math.min(limit, Math.abs(local));
    double[] change = new double[setPoint.length];
    double sum = 0;
    for (int i = 1; i < change.length; i++) {
      double wish = wanted[i] - setPoint[i];
      change[i] = wish * local < 0 ? wish : 0;
      sum += Math.abs(change[i]);
    }
    for (int i = 1; i < change.length && sum > 0; i++) {
      change[i] *= moved / sum;
    }
    change[0] = sum > 0 ? Math.copySign(moved, local) : 0;
    return change;
  }
}
