package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.simulator.world.Trip;
import org.jspecify.annotations.Nullable;

/** Who says which pod a request goes to. */
interface Dispatcher {
  /**
   * Gives the trip its pod, and its lease where there is one.
   *
   * @return why there is none; null if there is one
   */
  @Nullable Refusal dispatch(Caller caller, Trip trip);
}
