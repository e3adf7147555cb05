/**
 * The loop's fourth station: what the balancer has seen, for the slow loop and for metrics. Counts
 * and histograms that only grow.
 */
@NullMarked
package dev.fairlead.balancer.report;

import org.jspecify.annotations.NullMarked;
