package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.report.ClusterCounters;
import dev.fairlead.balancer.report.EndpointReport;

/**
 * An endpoint as one snapshot knows it: its declaration of now, and the statistics and counters
 * that outlive the snapshot.
 *
 * @param priority of its locality for this caller, 0 the nearest
 */
record Candidate(
    Endpoint endpoint,
    int priority,
    EndpointStatistics statistics,
    ClusterCounters counters,
    Estimation estimation) {

  double weight() {
    return endpoint.weight();
  }

  /** Whether a pick may choose it when nothing is known of the request. */
  boolean usable(long now) {
    return weight() > 0 && statistics.reachable() && !statistics.gated(now);
  }

  EndpointReport report(long now) {
    EndpointReport.State state =
        !statistics.reachable()
            ? EndpointReport.State.UNREACHABLE
            : statistics.gated(now) ? EndpointReport.State.GATED : EndpointReport.State.READY;
    return new EndpointReport(
        endpoint,
        state,
        statistics.picks(),
        statistics.failed(),
        statistics.inFlight(),
        statistics.knowsLatency() ? statistics.latencyNanos(now, estimation) : Double.NaN,
        statistics.knowsSuccess() ? statistics.successRatio(now, estimation) : Double.NaN,
        priority);
  }
}
