package dev.fairlead.app.metric;

import dev.fairlead.app.state.LatencyExemplars.Seen;
import dev.fairlead.balancer.report.LatencySnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The metric families of one scrape, being filled. Names are without suffixes such as _total. */
final class Families {
  private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
  private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
  private final Map<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();
  private final InfoSnapshot.Builder build = InfoSnapshot.builder();

  void counter(String name, String help, long value, String... labels) {
    // Exact up to 2^53: at a million requests a second that is three centuries.
    counter(name, help, (double) value, labels);
  }

  void counter(String name, String help, double value, String... labels) {
    counters
        .computeIfAbsent(name, key -> CounterSnapshot.builder().name(key).help(help))
        .dataPoint(
            CounterDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
  }

  void gauge(String name, String help, long value, String... labels) {
    gauge(name, help, (double) value, labels);
  }

  /** Left out where the value is unknown (NaN). */
  void gauge(String name, String help, double value, String... labels) {
    if (!Double.isNaN(value)) {
      gauges
          .computeIfAbsent(name, key -> GaugeSnapshot.builder().name(key).help(help))
          .dataPoint(
              GaugeDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
    }
  }

  void histogram(
      String name, String help, LatencySnapshot latency, List<Seen> exemplars, String... labels) {
    histograms
        .computeIfAbsent(name, key -> HistogramSnapshot.builder().name(key).help(help))
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .labels(Labels.of(labels))
                .classicHistogramBuckets(Histograms.of(latency))
                .sum(latency.sumNanos() / 1e9)
                .exemplars(Exemplars.of(exemplars.stream().map(Families::exemplar).toList()))
                .build());
  }

  private static Exemplar exemplar(Seen seen) {
    return Exemplar.builder()
        .value(seen.seconds())
        .traceId(seen.traceId())
        .spanId(HexFormat.of().toHexDigits(seen.spanId()))
        .timestampMillis(seen.millis())
        .build();
  }

  void info(String name, String help, String... labels) {
    build
        .name(name)
        .help(help)
        .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build());
  }

  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    all.metricSnapshot(build.build());
    counters.values().forEach(family -> all.metricSnapshot(family.build()));
    gauges.values().forEach(family -> all.metricSnapshot(family.build()));
    histograms.values().forEach(family -> all.metricSnapshot(family.build()));
    return all.build();
  }

  /** {@code consecutive-failures}: words of several parts as documents write them. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
