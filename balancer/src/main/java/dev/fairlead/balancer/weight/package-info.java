/** What the slow loop tells the fast loop: shares between clusters. */
@NullMarked
package dev.fairlead.balancer.weight;

import org.jspecify.annotations.NullMarked;
