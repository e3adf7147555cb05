package dev.fairlead.balancer.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The two rules that compare endpoints with each other, over one interval. */
final class Outliers {
  private Outliers() {}

  /**
   * Finds the outliers among those that are not ejected, the worst of each rule first, because the
   * cap may leave room for few; and starts the next interval of all.
   */
  static void find(
      OutlierDetection policy,
      Ejections ejections,
      BiConsumer<EndpointMonitor, OutlierReason> outlier) {
    Optional<OutlierDetection.SuccessRate> rateRule = policy.successRate();
    Optional<OutlierDetection.Latency> latencyRule = policy.latency();
    int minRequests = rateRule.map(OutlierDetection.SuccessRate::minRequests).orElse(0);
    int minAnswers = latencyRule.map(OutlierDetection.Latency::minRequests).orElse(0);
    List<Measured> rates = new ArrayList<>();
    Map<String, List<Measured>> latencies = new LinkedHashMap<>();
    for (EndpointMonitor monitor : ejections.members()) {
      double rate = monitor.takeSuccessRate(minRequests);
      double latency = monitor.takeLatency(minAnswers);
      if (ejections.contains(monitor)) {
        continue;
      }
      if (!Double.isNaN(rate)) {
        rates.add(new Measured(monitor, rate));
      }
      if (!Double.isNaN(latency)) {
        latencies
            .computeIfAbsent(monitor.cluster(), unused -> new ArrayList<>())
            .add(new Measured(monitor, latency));
      }
    }
    rateRule.ifPresent(
        rule ->
            failing(rule, rates)
                .forEach(monitor -> outlier.accept(monitor, OutlierReason.SUCCESS_RATE)));
    latencyRule.ifPresent(
        rule ->
            latencies
                .values()
                .forEach(
                    cluster ->
                        slow(rule, cluster)
                            .forEach(monitor -> outlier.accept(monitor, OutlierReason.LATENCY))));
  }

  private static List<EndpointMonitor> failing(
      OutlierDetection.SuccessRate rule, List<Measured> rates) {
    if (rates.size() < rule.minHosts()) {
      return List.of();
    }
    double mean = rates.stream().mapToDouble(Measured::value).average().orElseThrow();
    double variance =
        rates.stream()
            .mapToDouble(rate -> (rate.value() - mean) * (rate.value() - mean))
            .average()
            .orElseThrow();
    double gap = Math.max(rule.leastGap(), rule.deviations() * Math.sqrt(variance));
    return rates.stream()
        .filter(rate -> rate.value() < mean - gap)
        .sorted(Comparator.comparingDouble(Measured::value))
        .map(Measured::monitor)
        .toList();
  }

  private static List<EndpointMonitor> slow(
      OutlierDetection.Latency rule, List<Measured> latencies) {
    if (latencies.size() < rule.minHosts()) {
      return List.of();
    }
    double[] sorted = latencies.stream().mapToDouble(Measured::value).sorted().toArray();
    double limit = rule.factor() * Median.of(sorted) + rule.floor().toNanos();
    return latencies.stream()
        .filter(latency -> latency.value() > limit)
        .sorted(Comparator.comparingDouble(Measured::value).reversed())
        .map(Measured::monitor)
        .toList();
  }

  private record Measured(EndpointMonitor monitor, double value) {}
}
