package dev.fairlead.steering.optimize;

import org.jspecify.annotations.Nullable;

/**
 * The pieces of all pools' costs in the interior point: how far each is filled, what is left of it,
 * and the multipliers of both not being negative.
 */
final class HopPieces {
  /** The first piece of each pool, and one beyond the last pool. */
  private final int[] first;

  private final double[] slope;
  private final double[] filled;
  private final double[] left;
  private final double[] atZero;
  private final double[] atWidth;
  private final double[] fillStep;
  private final double[] zeroStep;
  private final double[] widthStep;
  // Of one direction: fillStep = (target + price step) / stiffness.
  private final double[] target;
  private final double[] stiffness;

  HopPieces(@Nullable HopPool[] pools) {
    first = new int[pools.length + 1];
    for (int pool = 0; pool < pools.length; pool++) {
      HopPool one = pools[pool];
      first[pool + 1] = first[pool] + (one == null ? 0 : one.width().length);
    }
    int n = first[pools.length];
    slope = new double[n];
    left = new double[n];
    for (int pool = 0; pool < pools.length; pool++) {
      HopPool one = pools[pool];
      if (one != null) {
        System.arraycopy(one.slope(), 0, slope, first[pool], one.slope().length);
        System.arraycopy(one.width(), 0, left, first[pool], one.width().length);
      }
    }
    filled = new double[n];
    atZero = new double[n];
    atWidth = new double[n];
    fillStep = new double[n];
    zeroStep = new double[n];
    widthStep = new double[n];
    target = new double[n];
    stiffness = new double[n];
  }

  int count() {
    return slope.length;
  }

  double load(int pool) {
    double sum = 0;
    for (int i = first[pool]; i < first[pool + 1]; i++) {
      sum += filled[i];
    }
    return sum;
  }

  /**
   * Puts all on the central path: filled as far as these prices fill them where both products of a
   * piece are {@code product}.
   */
  void center(double[] prices, double product) {
    for (int pool = 0; pool + 1 < first.length; pool++) {
      for (int i = first[pool]; i < first[pool + 1]; i++) {
        double width = filled[i] + left[i];
        double worth = (slope[i] - prices[pool]) * width;
        double root = Math.sqrt(worth * worth + 4 * product * product);
        // Of the two the one that does not come from a difference.
        double small = 2 * product * width / (Math.abs(worth) + 2 * product + root);
        filled[i] = worth > 0 ? small : width - small;
        left[i] = worth > 0 ? width - small : small;
        atZero[i] = product / filled[i];
        atWidth[i] = product / left[i];
      }
    }
  }

  double complementarity(double primal, double dual) {
    double sum = 0;
    for (int i = 0; i < slope.length; i++) {
      sum += (filled[i] + primal * fillStep[i]) * (atZero[i] + dual * zeroStep[i]);
      sum += (left[i] - primal * fillStep[i]) * (atWidth[i] + dual * widthStep[i]);
    }
    return sum;
  }

  /**
   * Prepares a direction towards products of {@code product}.
   *
   * @param corrected for the products of the last direction's steps, which it left out
   * @param right Σ target / stiffness is subtracted, by pool
   */
  void aim(double[] prices, double product, boolean corrected, double[] right) {
    for (int pool = 0; pool + 1 < first.length; pool++) {
      double sum = 0;
      for (int i = first[pool]; i < first[pool + 1]; i++) {
        double zero = product - filled[i] * atZero[i];
        double width = product - left[i] * atWidth[i];
        if (corrected) {
          zero -= fillStep[i] * zeroStep[i];
          width += fillStep[i] * widthStep[i];
        }
        double off = slope[i] - prices[pool] - (atZero[i] - atWidth[i]);
        target[i] = zero / filled[i] - width / left[i] - off;
        stiffness[i] = atZero[i] / filled[i] + atWidth[i] / left[i];
        // Kept until the prices' steps are known.
        zeroStep[i] = zero;
        widthStep[i] = width;
        sum += target[i] / stiffness[i];
      }
      right[pool] -= sum;
    }
  }

  /** How much a pool's load follows its price; to be asked after {@link #aim}. */
  double softness(int pool) {
    double sum = 0;
    for (int i = first[pool]; i < first[pool + 1]; i++) {
      sum += 1 / stiffness[i];
    }
    return sum;
  }

  void follow(double[] priceSteps) {
    for (int pool = 0; pool + 1 < first.length; pool++) {
      for (int i = first[pool]; i < first[pool + 1]; i++) {
        fillStep[i] = (target[i] + priceSteps[pool]) / stiffness[i];
        zeroStep[i] = (zeroStep[i] - atZero[i] * fillStep[i]) / filled[i];
        widthStep[i] = (widthStep[i] + atWidth[i] * fillStep[i]) / left[i];
      }
    }
  }

  double longestPrimal() {
    double longest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < slope.length; i++) {
      double step = fillStep[i];
      if (step < 0) {
        longest = Math.min(longest, -filled[i] / step);
      } else if (step > 0) {
        longest = Math.min(longest, left[i] / step);
      }
    }
    return longest;
  }

  double longestDual() {
    double longest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < slope.length; i++) {
      if (zeroStep[i] < 0) {
        longest = Math.min(longest, -atZero[i] / zeroStep[i]);
      }
      if (widthStep[i] < 0) {
        longest = Math.min(longest, -atWidth[i] / widthStep[i]);
      }
    }
    return longest;
  }

  void step(double primal, double dual) {
    for (int i = 0; i < slope.length; i++) {
      filled[i] += primal * fillStep[i];
      left[i] -= primal * fillStep[i];
      atZero[i] += dual * zeroStep[i];
      atWidth[i] += dual * widthStep[i];
    }
  }
}
