package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.outcome.LoadWeighting;
import org.jspecify.annotations.Nullable;

/**
 * What all candidates have in common under one policy.
 *
 * @param clock time since the balancer was made
 * @param watched whether outliers are looked for
 * @param limits null where the service has none
 */
record Shared(
    Ticker clock,
    Estimation estimation,
    LoadWeighting weighting,
    boolean watched,
    @Nullable ServiceLimits limits) {}
