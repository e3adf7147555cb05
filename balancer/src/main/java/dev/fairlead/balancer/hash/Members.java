package dev.fairlead.balancer.hash;

import java.util.Arrays;
import java.util.List;

/**
 * A table's members ranked by the hash of their identity, so that nothing depends on the order in
 * which they were given.
 */
final class Members {
  /** Bits of a rank: there are no more members than the largest ring has points. */
  static final int RANK_BITS = 20;

  private static final int MOST = 1 << RANK_BITS;

  private final long[] hashes;
  private final int[] indexes;
  private final double[] weights;

  /**
   * @param identities at least one, none twice, at most 2²⁰
   * @param weights as many, each finite and above 0
   */
  Members(List<String> identities, double[] weights) {
    int n = identities.size();
    if (n < 1 || n > MOST) {
      throw new IllegalArgumentException(n + " members are outside 1…" + MOST);
    }
    if (weights.length != n) {
      throw new IllegalArgumentException(n + " members have " + weights.length + " weights");
    }
    long[] byIndex = new long[n];
    long[] order = new long[n];
    for (int i = 0; i < n; i++) {
      if (!(weights[i] > 0) || weights[i] == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "weight " + weights[i] + " of '" + identities.get(i) + "' is not a positive number");
      }
      byIndex[i] = XxHash64.hash(identities.get(i), 0);
      order[i] = (byIndex[i] >>> RANK_BITS << RANK_BITS) | i;
    }
    Arrays.sort(order);
    this.hashes = new long[n];
    this.indexes = new int[n];
    this.weights = new double[n];
    for (int rank = 0; rank < n; rank++) {
      int index = (int) order[rank] & (MOST - 1);
      int at = rank;
      // The sort left out the hash's last bits; what they and the identities decide is next to it.
      while (at > 0 && compare(index, indexes[at - 1], byIndex, identities) < 0) {
        indexes[at] = indexes[at - 1];
        at--;
      }
      indexes[at] = index;
    }
    for (int rank = 0; rank < n; rank++) {
      hashes[rank] = byIndex[indexes[rank]];
    }
    scale(weights);
  }

  private static int compare(int a, int b, long[] hashes, List<String> identities) {
    if (hashes[a] != hashes[b]) {
      return Long.compare(hashes[a], hashes[b]);
    }
    int order = identities.get(a).compareTo(identities.get(b));
    if (order == 0) {
      throw new IllegalArgumentException("member '" + identities.get(a) + "' is listed twice");
    }
    return order;
  }

  /**
   * Weights in terms of a power of two near the largest: no sum overflows, and the scale itself
   * rounds nothing, so that it changes no order when the largest leaves.
   */
  private void scale(double[] byIndex) {
    double largest = 0;
    for (double weight : byIndex) {
      largest = Math.max(largest, weight);
    }
    int exponent = Math.getExponent(largest);
    for (int rank = 0; rank < weights.length; rank++) {
      weights[rank] = Math.scalb(byIndex[indexes[rank]], -exponent);
    }
  }

  int count() {
    return hashes.length;
  }

  /** Index, in the order given, of the member with this rank. */
  int index(int rank) {
    return indexes[rank];
  }

  /** Hash of the identity. */
  long hash(int rank) {
    return hashes[rank];
  }

  /**
   * For each rank the rank that a member with the same hash has among the others, −1 without one.
   * No rank comes twice, and they ascend.
   */
  int[] ranksIn(Members others) {
    int[] ranks = new int[hashes.length];
    int other = 0;
    for (int rank = 0; rank < ranks.length; rank++) {
      while (other < others.hashes.length && others.hashes[other] < hashes[rank]) {
        other++;
      }
      boolean found = other < others.hashes.length && others.hashes[other] == hashes[rank];
      ranks[rank] = found ? other++ : -1;
    }
    return ranks;
  }

  /** In [0, 2), the largest in [1, 2); 0 where it is too small beside the largest for a double. */
  double weight(int rank) {
    return weights[rank];
  }

  boolean weightsAreEqual() {
    for (double weight : weights) {
      if (weight != weights[0]) {
        return false;
      }
    }
    return true;
  }
}
