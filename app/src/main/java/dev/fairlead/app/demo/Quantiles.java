package dev.fairlead.app.demo;

import java.util.Arrays;

/** Exact quantiles of latencies in nanoseconds: nearest rank, no interpolation. */
final class Quantiles {
  private final long[] sorted;

  private Quantiles(long[] sorted) {
    this.sorted = sorted;
  }

  static Quantiles of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Quantiles(sorted);
  }

  /** The smallest value that at least {@code q} of all do not exceed, in ms; 0 if there is none. */
  double millis(double q) {
    if (!(q > 0 && q <= 1)) {
      throw new IllegalArgumentException("a quantile is in (0, 1]");
    }
    if (sorted.length == 0) {
      return 0;
    }
    // The subtraction keeps 0.99 · 100 = 99.00000000000001 from becoming rank 100.
    int rank = (int) Math.ceil(q * sorted.length - 1e-9);
    return sorted[Math.clamp(rank, 1, sorted.length) - 1] / 1e6;
  }
}
