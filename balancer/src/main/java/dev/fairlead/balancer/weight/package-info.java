/**
 * The loop's last station: shares and weights, by which the slow loop answers the reports, and how
 * indexes are drawn by weight for the next pick.
 */
@NullMarked
package dev.fairlead.balancer.weight;

import org.jspecify.annotations.NullMarked;
