package dev.fairlead.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What ended since the last look, for the live display. */
final class Tally {
  private final List<Long> latencies = new ArrayList<>();
  private final Map<String, Integer> clusters = new TreeMap<>();
  private int failed;

  /**
   * What ended in about a second.
   *
   * @param clusters completed requests by the cluster that answered
   */
  record Second(
      int completed,
      int failed,
      double p50Millis,
      double p99Millis,
      Map<String, Integer> clusters) {}

  synchronized void add(Sample sample) {
    if (sample.failed()) {
      failed++;
    } else {
      latencies.add(sample.latencyNanos());
      clusters.merge(sample.cluster(), 1, Integer::sum);
    }
  }

  synchronized Second take() {
    Quantiles quantiles = Quantiles.of(latencies.stream().mapToLong(Long::longValue).toArray());
    Second second =
        new Second(
            latencies.size(),
            failed,
            quantiles.millis(0.5),
            quantiles.millis(0.99),
            new TreeMap<>(clusters));
    latencies.clear();
    clusters.clear();
    failed = 0;
    return second;
  }
}
