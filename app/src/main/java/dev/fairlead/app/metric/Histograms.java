package dev.fairlead.app.metric;

import dev.fairlead.balancer.report.LatencySnapshot;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;

/** From the balancer's fine histogram to the few buckets that a scrape can carry. */
final class Histograms {
  /** Seconds; half a millisecond to half a minute, roughly doubling, as latency objectives go. */
  private static final double[] BOUNDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  private Histograms() {}

  static ClassicHistogramBuckets of(LatencySnapshot latency) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    long below = 0;
    for (double bound : BOUNDS) {
      long upTo = atMost(latency, bound * 1e9);
      buckets.bucket(bound, upTo - below);
      below = upTo;
    }
    return buckets.bucket(Double.POSITIVE_INFINITY, latency.count() - below).build();
  }

  /** How many samples are at most {@code nanos}, by bisection over the ranks. */
  static long atMost(LatencySnapshot latency, double nanos) {
    long low = 0;
    long high = latency.count();
    while (low < high) {
      long rank = high - (high - low) / 2;
      // The middle of the rank's step, so that rounding cannot reach a neighbour.
      if (latency.quantileNanos((rank - 0.5) / latency.count()) <= nanos) {
        low = rank;
      } else {
        high = rank - 1;
      }
    }
    return low;
  }
}
