/** Virtual time: a clock that the events move. */
@NullMarked
package dev.fairlead.simulator.time;

import org.jspecify.annotations.NullMarked;
