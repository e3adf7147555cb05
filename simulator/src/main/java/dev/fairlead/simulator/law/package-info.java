/**
 * Chance, the same on every machine: random numbers, distributions of times and sizes, arrivals.
 * Only StrictMath, whose results are specified to the bit.
 */
@NullMarked
package dev.fairlead.simulator.law;

import org.jspecify.annotations.NullMarked;
