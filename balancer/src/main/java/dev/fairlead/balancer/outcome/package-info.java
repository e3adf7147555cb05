/** The loop's third station: how a request ended, and what is learnt of its endpoint from that. */
@NullMarked
package dev.fairlead.balancer.outcome;

import org.jspecify.annotations.NullMarked;
