package dev.fairlead.app.demo;

import java.util.Collection;

/**
 * One row of the demo's table. Quantiles are those of completed requests, from the intended send
 * time.
 *
 * @param completed answered with a status below 500
 * @param failed not connected, broken off, not answered in time, or answered with 5xx
 * @param failedLate of these, those intended later than 2 s after the kill
 * @param crossClusterRatio of the completed, the share that another cluster answered
 * @param egressDollars what the bytes over the links would have cost
 */
record PolicyResult(
    String name,
    double p50Millis,
    double p90Millis,
    double p99Millis,
    double p999Millis,
    long completed,
    long failed,
    long failedLate,
    double crossClusterRatio,
    double egressDollars) {
  static PolicyResult of(
      String name, Collection<Sample> samples, Script script, String caller, double dollars) {
    Quantiles quantiles =
        Quantiles.of(
            samples.stream()
                .filter(sample -> !sample.failed())
                .mapToLong(Sample::latencyNanos)
                .toArray());
    long failed = samples.stream().filter(Sample::failed).count();
    long failedLate =
        samples.stream()
            .filter(sample -> sample.failed() && script.late(sample.intendedNanos()))
            .count();
    long completed = samples.size() - failed;
    long crossed =
        samples.stream()
            .filter(sample -> !sample.failed() && !sample.cluster().equals(caller))
            .count();
    return new PolicyResult(
        name,
        quantiles.millis(0.5),
        quantiles.millis(0.9),
        quantiles.millis(0.99),
        quantiles.millis(0.999),
        completed,
        failed,
        failedLate,
        completed == 0 ? 0 : (double) crossed / completed,
        dollars);
  }
}
