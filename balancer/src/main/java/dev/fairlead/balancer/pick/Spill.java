package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.locality.LoadSpill;
import dev.fairlead.balancer.locality.PriorityLoads;

/**
 * When traffic goes farther than it would have to.
 *
 * @param overprovisioning percent, 100…100 000: the nearest priority keeps all its traffic while
 *     100/overprovisioning of its endpoints are healthy; see {@link PriorityLoads}
 * @param panicThreshold percent, 0…100: with fewer healthy endpoints than that, and not enough
 *     elsewhere, health is disbelieved; 0 never does
 * @param byLoad whether traffic also spills by predicted latency: see {@link LoadSpill}. It
 *     corrects a plan as well, by at most {@link LoadSpill#LARGEST_CORRECTION}
 */
public record Spill(int overprovisioning, int panicThreshold, boolean byLoad) {
  public static final Spill DEFAULT =
      new Spill(PriorityLoads.OVERPROVISIONING, PriorityLoads.PANIC_THRESHOLD, false);

  public Spill {
    PriorityLoads.check(overprovisioning, panicThreshold);
  }

  public Spill withByLoad(boolean byLoad) {
    return new Spill(overprovisioning, panicThreshold, byLoad);
  }
}
