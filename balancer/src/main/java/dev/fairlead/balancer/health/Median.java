package dev.fairlead.balancer.health;

/** The median of sorted numbers. */
final class Median {
  private Median() {}

  /** NaN of none. */
  static double of(double[] sorted) {
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** The median of all but the one at {@code left}; NaN if there is no other. */
  static double without(double[] sorted, int left) {
    int n = sorted.length - 1;
    if (n == 0) {
      return Double.NaN;
    }
    int low = (n - 1) / 2;
    int high = n / 2;
    return (sorted[low < left ? low : low + 1] + sorted[high < left ? high : high + 1]) / 2;
  }
}
