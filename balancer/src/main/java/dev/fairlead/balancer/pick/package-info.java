/**
 * The loop's second station: one endpoint for one request. {@link
 * dev.fairlead.balancer.pick.ServiceBalancer} is where users begin.
 */
@NullMarked
package dev.fairlead.balancer.pick;

import org.jspecify.annotations.NullMarked;
