/** What a simulation measured. */
@NullMarked
package dev.fairlead.simulator.result;

import org.jspecify.annotations.NullMarked;
