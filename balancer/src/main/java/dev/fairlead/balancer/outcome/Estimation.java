package dev.fairlead.balancer.outcome;

/**
 * How an endpoint's latency and success are estimated from samples. All in nanoseconds.
 *
 * @param decayNanos τ of the latency average
 * @param successDecayNanos τ of the success average
 * @param priorNanos latency of an endpoint of which nothing is known
 * @param failurePenaltyNanos what a failure costs the caller
 */
public record Estimation(
    double decayNanos, double successDecayNanos, double priorNanos, double failurePenaltyNanos) {}
