package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.ActiveCheck;
import dev.fairlead.balancer.health.Ejections;
import dev.fairlead.balancer.health.EndpointMonitor;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.report.ClusterCounters;
import dev.fairlead.balancer.report.EndpointReport;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as picks know it: its declaration of now, and what is learnt of its incarnation. The
 * next snapshot has the same one as long as nothing of it has changed.
 */
final class Candidate {
  private final Endpoint endpoint;
  private final int priority;
  private final @Nullable Drop dropped;
  private final Incarnation incarnation;
  private final EndpointStatistics statistics;
  private final ClusterCounters counters;
  private final @Nullable PlaceLoad placeLoad;
  private final Shared shared;

  /**
   * @param priority of its locality for this caller, 0 the nearest
   * @param dropped why it is in no pool; null if it may be in one
   * @param placeLoad null where no policy asks for it
   */
  Candidate(
      Endpoint endpoint,
      int priority,
      @Nullable Drop dropped,
      Incarnation incarnation,
      ClusterCounters counters,
      @Nullable PlaceLoad placeLoad,
      Shared shared) {
    this.endpoint = endpoint;
    this.priority = priority;
    this.dropped = dropped;
    this.incarnation = incarnation;
    this.statistics = incarnation.statistics();
    this.counters = counters;
    this.placeLoad = placeLoad;
    this.shared = shared;
  }

  boolean is(
      Endpoint endpoint,
      int priority,
      @Nullable Drop dropped,
      Incarnation incarnation,
      @Nullable PlaceLoad placeLoad,
      Shared shared) {
    return this.incarnation.equals(incarnation)
        && this.priority == priority
        && this.dropped == dropped
        && this.placeLoad == placeLoad
        && this.shared.equals(shared)
        && this.endpoint.equals(endpoint);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  int priority() {
    return priority;
  }

  @Nullable Drop dropped() {
    return dropped;
  }

  Incarnation incarnation() {
    return incarnation;
  }

  EndpointStatistics statistics() {
    return statistics;
  }

  ClusterCounters counters() {
    return counters;
  }

  @Nullable PlaceLoad placeLoad() {
    return placeLoad;
  }

  Shared shared() {
    return shared;
  }

  Estimation estimation() {
    return shared.estimation();
  }

  /** Null where outliers are not looked for. */
  @Nullable EndpointMonitor monitor() {
    return shared.watched() ? incarnation.monitor() : null;
  }

  double weight() {
    return endpoint.weight();
  }

  Fitness fitness(Ejections ejections, long now) {
    if (!statistics.reachable()) {
      return Fitness.UNREACHABLE;
    }
    if (ejections.contains(incarnation.monitor())) {
      return Fitness.EJECTED;
    }
    if (isUnhealthy(now)) {
      return Fitness.UNHEALTHY;
    }
    return endpoint.condition() == Endpoint.Condition.DEGRADED ? Fitness.DEGRADED : Fitness.HEALTHY;
  }

  private boolean isUnhealthy(long now) {
    return incarnation.check().isPresent()
        && incarnation.check().get().status(now) == ActiveCheck.Status.UNHEALTHY;
  }

  /** When after {@code now} its fitness changes though nothing happens; else MAX_VALUE. */
  long fitnessExpiresAt(long now) {
    if (incarnation.check().isEmpty()) {
      return Long.MAX_VALUE;
    }
    // What is out of date already must not have each pick look anew.
    long expiresAt = incarnation.check().get().expiresAt();
    return expiresAt > now ? expiresAt : Long.MAX_VALUE;
  }

  /** Whether a pick may choose it when nothing is known of the request. */
  boolean usable(long now) {
    return dropped == null
        && statistics.reachable()
        && !statistics.gated(now)
        && !incarnation.monitor().ejected()
        && !isUnhealthy(now);
  }

  EndpointReport report(long now) {
    return new EndpointReport(
        endpoint,
        state(now),
        statistics.picks(),
        statistics.failed(),
        statistics.inFlight(),
        statistics.knowsLatency() ? statistics.latencyNanos(now, estimation()) : Double.NaN,
        statistics.knowsSuccess() ? statistics.successRatio(now, estimation()) : Double.NaN,
        priority);
  }

  private EndpointReport.State state(long now) {
    if (dropped == Drop.FORBIDDEN) {
      return EndpointReport.State.FORBIDDEN;
    }
    if (dropped == Drop.DRAINING) {
      return EndpointReport.State.DRAINING;
    }
    if (!statistics.reachable()) {
      return EndpointReport.State.UNREACHABLE;
    }
    if (incarnation.monitor().ejected()) {
      return EndpointReport.State.EJECTED;
    }
    if (isUnhealthy(now)) {
      return EndpointReport.State.UNHEALTHY;
    }
    return statistics.gated(now) ? EndpointReport.State.GATED : EndpointReport.State.READY;
  }
}
