/** What serves the objective best, at one moment: pure functions from a situation to flows. */
@NullMarked
package dev.fairlead.steering.optimize;

import org.jspecify.annotations.NullMarked;
