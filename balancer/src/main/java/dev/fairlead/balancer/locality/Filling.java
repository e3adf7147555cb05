package dev.fairlead.balancer.locality;

import java.util.List;

/**
 * The division of a demand over pools at which all that get any have the same predicted latency,
 * their handicaps included: as water that is poured into connected vessels. What would be slower
 * even when idle gets nothing.
 */
final class Filling {
  /** Halvings of the range of levels: beyond them a double knows no difference. */
  private static final int HALVINGS = 60;

  private Filling() {}

  /**
   * @param pools all predictable, at least one of them with requests of ours in flight
   * @param handicaps nanoseconds added to each pool's latency; may be negative
   * @return shares of the demand, summing to 1
   */
  static double[] shares(List<PoolEstimate> pools, double[] handicaps) {
    double demand = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < handicaps.length; i++) {
      PoolEstimate pool = pools.get(i);
      demand += pool.rate();
      low = Math.min(low, handicaps[i]);
      // At the level of the worst as measured each takes at least what it takes now.
      high = Math.max(high, handicaps[i] + pool.latencyNow());
    }
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = low + (high - low) / 2;
      if (sum(rates(pools, handicaps, middle)) < demand) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[] shares = rates(pools, handicaps, high);
    double sum = sum(shares);
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  private static double[] rates(List<PoolEstimate> pools, double[] handicaps, double level) {
    double[] rates = new double[handicaps.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = pools.get(i).rateAt(level - handicaps[i]);
    }
    return rates;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
