/** Choosing an endpoint for one request. */
@NullMarked
package dev.fairlead.balancer.pick;

import org.jspecify.annotations.NullMarked;
