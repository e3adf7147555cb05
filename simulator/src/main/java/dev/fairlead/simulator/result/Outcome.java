package dev.fairlead.simulator.result;

import dev.fairlead.simulator.scenario.Metric;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A contender's result, of the time after the warm-up.
 *
 * @param name the contender's
 * @param all of all classes
 * @param byClass of each class that had requests, in their order
 * @param byService of calls to each service, by whomever, in the order of their names
 * @param started requests of the traffic that began after the warm-up: completed, failed and in
 *     flight
 * @param inFlight those of them that had not ended at the end
 * @param attempts requests sent to pods over requests of traffic and calls
 * @param crossClusterRatio share of attempts that went to another cluster than the caller's
 * @param dollarsPerHour of bytes both ways
 * @param oscillationIndex Σ|Δshare| beyond the net change, of the plan that moved most since the
 *     start; per hour where the run is longer than one; 0 without plans
 * @param brokerBytesPerSecond what reports and plans take between clusters and broker
 * @param egress bytes between localities, each way, dearest first
 * @param sent requests between clusters
 * @param curves over time
 */
public record Outcome(
    String name,
    Summary all,
    Map<Integer, Summary> byClass,
    Map<String, Summary> byService,
    long started,
    long inFlight,
    double attempts,
    double crossClusterRatio,
    double dollarsPerHour,
    double oscillationIndex,
    double brokerBytesPerSecond,
    List<Egress> egress,
    List<Sent> sent,
    Curves curves) {
  public Outcome {
    byClass = Collections.unmodifiableSortedMap(new TreeMap<>(byClass));
    byService = Collections.unmodifiableSortedMap(new TreeMap<>(byService));
    egress = List.copyOf(egress);
    sent = List.copyOf(sent);
  }

  /** Attempts at a service's pods by a cluster's callers. */
  public record Sent(String service, String from, String to, long attempts) {}

  /**
   * Of what a cluster's callers sent to pods of any service, the part that went to one cluster; NaN
   * where they sent nothing.
   */
  public double share(String from, String to) {
    long all = 0;
    long part = 0;
    for (Sent each : sent) {
      if (each.from().equals(from)) {
        all += each.attempts();
        part += each.to().equals(to) ? each.attempts() : 0;
      }
    }
    return all == 0 ? Double.NaN : (double) part / all;
  }

  /**
   * Bytes from one locality to another.
   *
   * @param from cluster and zone: {@code us-east/a}
   */
  public record Egress(String from, String to, long bytes, double dollars) {}

  /**
   * @param trafficClass empty: of all classes
   * @return NaN for {@link Metric#SHARE}, which is of two clusters ({@link #share}); where the
   *     metric is none of a class's, or the class had no requests
   */
  public double metric(Metric metric, Optional<Integer> trafficClass) {
    Summary summary = trafficClass.isEmpty() ? all : byClass.get(trafficClass.get());
    if (summary == null) {
      return Double.NaN;
    }
    double ofAll = trafficClass.isEmpty() ? 1 : Double.NaN;
    return switch (metric) {
      case COMPLETED -> summary.completed();
      case FAILED -> summary.failed();
      case SHED -> summary.shed();
      case SUCCESS_RATIO -> summary.successRatio();
      case MEAN_MILLIS -> summary.meanMillis();
      case P50_MILLIS -> summary.p50Millis();
      case P90_MILLIS -> summary.p90Millis();
      case P99_MILLIS -> summary.p99Millis();
      case P999_MILLIS -> summary.p999Millis();
      case SHARE -> Double.NaN;
      case CROSS_CLUSTER_RATIO -> crossClusterRatio * ofAll;
      case DOLLARS_PER_HOUR -> dollarsPerHour * ofAll;
      case OSCILLATION_INDEX -> oscillationIndex * ofAll;
      case ATTEMPTS_RATIO -> attempts * ofAll;
      case BROKER_BYTES_PER_SECOND -> brokerBytesPerSecond * ofAll;
    };
  }
}
