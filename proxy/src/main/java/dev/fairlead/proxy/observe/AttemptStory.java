package dev.fairlead.proxy.observe;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.Outcome;

/**
 * One attempt of an exchange. Durations in nanoseconds, −1 where it never came so far.
 *
 * @param afterNanos from the request's head to the attempt's pick
 * @param durationNanos from its pick to its end
 * @param status of its answer; 0 if there was none
 */
public record AttemptStory(
    Endpoint endpoint, long afterNanos, long durationNanos, int status, Outcome outcome) {}
