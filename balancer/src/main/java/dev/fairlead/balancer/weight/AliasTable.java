package dev.fairlead.balancer.weight;

import dev.fairlead.balancer.RandomSource;

/**
 * An immutable table that draws an index in proportion to its weight, in constant time and from one
 * random number (Vose, "A Linear Algorithm for Generating Random Numbers with a Given
 * Distribution", 1991). Exact to 2⁻³².
 */
public final class AliasTable {
  private static final double ONE = 0x1.0p32;

  /** Share of each column that stays with its own index, in units of 2⁻³². */
  private final long[] own;

  private final int[] alias;

  /**
   * @param weights at least one, each finite and at least 0, not all 0
   */
  public AliasTable(double[] weights) {
    int n = weights.length;
    int heaviest = 0;
    for (int i = 0; i < n; i++) {
      heaviest = weights[i] > weights[heaviest] ? i : heaviest;
    }
    double largest = weights[heaviest];
    // In terms of the largest, since a sum of the weights themselves might overflow.
    double sum = 0;
    for (double weight : weights) {
      sum += weight / largest;
    }
    if (!(sum > 0) || sum == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "weights up to " + largest + " have no finite sum above 0");
    }
    own = new long[n];
    alias = new int[n];
    double[] scaled = new double[n];
    // Both work lists share one array: small ones grow from the left, large ones from the right.
    int[] work = new int[n];
    int small = 0;
    int large = n;
    for (int i = 0; i < n; i++) {
      scaled[i] = weights[i] / largest / sum * n;
      if (scaled[i] < 1) {
        work[small++] = i;
      } else {
        work[--large] = i;
      }
    }
    while (small > 0 && large < n) {
      int light = work[--small];
      int heavy = work[large];
      own[light] = (long) (scaled[light] * ONE);
      alias[light] = heavy;
      scaled[heavy] -= 1 - scaled[light];
      if (scaled[heavy] < 1) {
        large++;
        work[small++] = heavy;
      }
    }
    // What is left is 1 but for rounding; or a weight of 0 whose heavy ones rounding used up.
    while (large < n) {
      own[work[large++]] = (long) ONE;
    }
    while (small > 0) {
      int light = work[--small];
      own[light] = (long) (scaled[light] * ONE);
      alias[light] = heaviest;
    }
  }

  public int draw(RandomSource random) {
    long bits = random.nextLong();
    int column = (int) (((bits >>> 32) * own.length) >>> 32);
    return (bits & 0xffff_ffffL) < own[column] ? column : alias[column];
  }
}
