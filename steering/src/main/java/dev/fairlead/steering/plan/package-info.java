/** From an observation to a plan: policies, change control, modes. */
@NullMarked
package dev.fairlead.steering.plan;

import org.jspecify.annotations.NullMarked;
