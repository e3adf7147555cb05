package dev.fairlead.app.control;

import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One plan that a service had, as it can be shown and put in force again.
 *
 * @param version 1 for the first, one more for each change
 * @param atMillis wall clock of its beginning
 * @param why it came
 * @param plan of all classes together
 * @param byClass those of classes that were planned on their own
 */
public record PlanVersion(
    long version, long atMillis, String why, Plan plan, SortedMap<Integer, Plan> byClass) {
  public PlanVersion {
    byClass = Collections.unmodifiableSortedMap(new TreeMap<>(byClass));
  }

  /** What it has for one class: its own plan, else that of all together. */
  Plan of(TrafficKey key) {
    Plan own = key.isWhole() ? plan : byClass.get(key.trafficClass());
    return own != null ? own : plan.of(key);
  }
}
