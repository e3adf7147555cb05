/**
 * Which endpoints are fit for traffic and how much of it: active checks, outliers, warm-up, retries
 * and limits. State machines over given times: no clock, timer or thread of their own.
 */
@NullMarked
package dev.fairlead.balancer.health;

import org.jspecify.annotations.NullMarked;
