/**
 * Shares and weights: what the slow loop tells the fast loop, and how indexes are drawn by weight.
 */
@NullMarked
package dev.fairlead.balancer.weight;

import org.jspecify.annotations.NullMarked;
