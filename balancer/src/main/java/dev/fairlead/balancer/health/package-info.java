/**
 * Beside pick and outcome: which endpoints are fit for traffic and how much of it. Active checks,
 * outliers, warm-up, retries and limits, as state machines over given times: no clock, timer or
 * thread of their own.
 */
@NullMarked
package dev.fairlead.balancer.health;

import org.jspecify.annotations.NullMarked;
