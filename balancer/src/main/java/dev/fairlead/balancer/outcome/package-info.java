/** How a request ended, and what is learnt from it. */
@NullMarked
package dev.fairlead.balancer.outcome;

import org.jspecify.annotations.NullMarked;
