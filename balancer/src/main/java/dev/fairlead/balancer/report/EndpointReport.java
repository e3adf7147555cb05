package dev.fairlead.balancer.report;

import dev.fairlead.balancer.endpoint.Endpoint;

/**
 * What a balancer knows of one endpoint now.
 *
 * @param state {@code ready}, {@code unreachable} …, as {@code fairlead get endpoints} prints it
 * @param picks leases given to this incarnation
 * @param failed leases of this incarnation that ended in a failure
 * @param latencyNanos the policy's latency estimate; NaN where unknown
 * @param successRatio NaN where unknown
 * @param priority of its locality for this caller, 0 the nearest
 */
public record EndpointReport(
    Endpoint endpoint,
    State state,
    long picks,
    long failed,
    int inFlight,
    double latencyNanos,
    double successRatio,
    int priority) {

  public enum State {
    READY,
    /** Connects failed in a row; tried again with back-off. */
    UNREACHABLE,
    /** Asked for rest by Retry-After. */
    GATED,
    /** Failed active checks. */
    UNHEALTHY,
    /** For a while, as an outlier. */
    EJECTED,
    /** Gets nothing new, as its source says. */
    DRAINING,
    /** By residency. */
    FORBIDDEN
  }
}
