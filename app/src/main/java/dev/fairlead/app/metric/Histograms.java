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
      long upTo = latency.countAtMost(bound * 1e9);
      buckets.bucket(bound, upTo - below);
      below = upTo;
    }
    return buckets.bucket(Double.POSITIVE_INFINITY, latency.count() - below).build();
  }
}
