package dev.fairlead.app.demo;

import java.util.List;
import java.util.Locale;

/**
 * The same requests by stretch of the script: {@code -o wide}, to see where a policy loses time.
 */
final class Phases {
  private Phases() {}

  static String table(Topology topology, Script script, List<Performance.Outcome> outcomes) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-8s %-16s %9s %7s %9s %9s %9s  %s%n",
            "policy",
            "phase",
            "completed",
            "failed",
            "p50 ms",
            "p99 ms",
            "worst ms",
            "answered by"));
    for (Performance.Outcome outcome : outcomes) {
      for (Script.Phase phase : Script.Phase.values()) {
        List<Sample> samples =
            outcome.samples().stream()
                .filter(sample -> script.phaseAt(sample.intendedNanos()) == phase)
                .toList();
        text.append(row(topology, outcome.result().name(), phase, samples));
      }
    }
    return text.toString();
  }

  private static String row(
      Topology topology, String policy, Script.Phase phase, List<Sample> samples) {
    List<Sample> completed = samples.stream().filter(sample -> !sample.failed()).toList();
    Quantiles quantiles =
        Quantiles.of(completed.stream().mapToLong(Sample::latencyNanos).toArray());
    StringBuilder by = new StringBuilder();
    for (Topology.Cluster cluster : topology.clusters()) {
      long count = completed.stream().filter(s -> s.cluster().equals(cluster.id())).count();
      by.append(by.isEmpty() ? "" : ", ").append(cluster.id()).append(' ');
      by.append(completed.isEmpty() ? 0 : Math.round(100.0 * count / completed.size()))
          .append(" %");
    }
    return String.format(
        Locale.ROOT,
        "%-8s %-16s %9d %7d %9.1f %9.1f %9.1f  %s%n",
        policy,
        phase.label(),
        completed.size(),
        samples.size() - completed.size(),
        quantiles.millis(0.5),
        quantiles.millis(0.99),
        quantiles.millis(1),
        by);
  }
}
