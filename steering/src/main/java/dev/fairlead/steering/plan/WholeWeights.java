package dev.fairlead.steering.plan;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Shares as the whole numbers that an enforcer understands: largest remainders, so that they sum to
 * the same whatever was rounded. A share above 0 has a weight above 0, since 0 says "no new
 * traffic", which no plan meant that gives a little.
 */
public final class WholeWeights {
  /** A share of 1: fine enough that rounding is below a thousandth of the traffic. */
  public static final int SUM = 10_000;

  private WholeWeights() {}

  /**
   * Weights that sum to {@link #SUM}, or to the number of shares where there are more of them.
   *
   * @param shares not negative and finite, at least one above 0; they need not sum to 1
   */
  public static int[] of(double... shares) {
    double all = 0;
    int above = 0;
    for (double share : shares) {
      if (!(share >= 0)) {
        throw new IllegalArgumentException("a share is not a number or negative: " + share);
      }
      all += share;
      above += share > 0 ? 1 : 0;
    }
    if (!(all > 0) || Double.isInfinite(all)) {
      throw new IllegalArgumentException("shares sum to " + all);
    }
    // Each that has a share has 1 for certain; the rest goes by proportion.
    int rest = Math.max(SUM, above) - above;
    int[] weights = new int[shares.length];
    double[] remainders = new double[shares.length];
    double spare = spare(shares, all, above + rest);
    int left = rest;
    for (int i = 0; i < shares.length; i++) {
      double exact =
          rest * (extra(shares[i], all, above + rest) / Math.max(spare, Double.MIN_NORMAL));
      int whole = (int) Math.min(exact, rest);
      weights[i] = (shares[i] > 0 ? 1 : 0) + whole;
      remainders[i] = exact - whole;
      left -= whole;
    }
    int[] byRemainder =
        IntStream.range(0, shares.length)
            .filter(i -> shares[i] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -remainders[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; left > 0; i = (i + 1) % byRemainder.length) {
      weights[byRemainder[i]]++;
      left--;
    }
    return weights;
  }

  /** What a share is worth above the 1 that is its own for certain. */
  private static double extra(double share, double all, int sum) {
    return Math.max(0, share / all * sum - 1);
  }

  private static double spare(double[] shares, double all, int sum) {
    double spare = 0;
    for (double share : shares) {
      spare += extra(share, all, sum);
    }
    return spare;
  }
}
