/** What the fast loops saw in a control period. */
@NullMarked
package dev.fairlead.steering.demand;

import org.jspecify.annotations.NullMarked;
