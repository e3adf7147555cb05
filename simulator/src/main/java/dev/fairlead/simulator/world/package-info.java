/** What is simulated: places, the ways between them, pods and what requests wait for in them. */
@NullMarked
package dev.fairlead.simulator.world;

import org.jspecify.annotations.NullMarked;
