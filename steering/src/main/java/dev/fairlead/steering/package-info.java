/**
 * The slow loop. Its packages are the loop's stations: demand, capacity, cost, transport, optimize,
 * plan, control.
 */
@NullMarked
package dev.fairlead.steering;

import org.jspecify.annotations.NullMarked;
