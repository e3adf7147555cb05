/** What the fast loop tells the slow loop. */
@NullMarked
package dev.fairlead.balancer.report;

import org.jspecify.annotations.NullMarked;
