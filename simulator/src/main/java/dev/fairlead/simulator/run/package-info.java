/** The simulation itself: traffic through the production balancers and the slow loop. */
@NullMarked
package dev.fairlead.simulator.run;

import org.jspecify.annotations.NullMarked;
