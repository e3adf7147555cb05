/** The slow loop. Its packages are the loop's stations: demand, cost, plan. */
@NullMarked
package dev.fairlead.steering;

import org.jspecify.annotations.NullMarked;
