package dev.fairlead.steering.control;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The destinations over their capacity of which a plan has been made already. A new one cannot wait
 * for the period's end. At first nobody knows by how much it is too much, nor whether the load is
 * the reason; so it may become urgent again, but not for ever: who is full and has nowhere to send
 * the rest would plan at every look.
 */
final class Alarms {
  private static final int MOST_PLANS = 3;
  // Less can go the usual way.
  private static final double NOTABLE = ChangeControl.DEFAULT.largestStep();

  private Map<String, Integer> plans = Map.of();
  private Map<String, Double> looked = Map.of();

  /**
   * A look between two plans.
   *
   * @param over the share that each can serve all the same
   * @param shares in force
   * @return those that traffic must leave now
   */
  Set<String> urgent(Map<String, Double> over, Map<String, Double> shares) {
    looked = over;
    Set<String> urgent = new HashSet<>();
    over.forEach(
        (name, fits) -> {
          int made = plans.getOrDefault(name, 0);
          boolean much = shares.getOrDefault(name, 0.0) - fits > NOTABLE;
          if (made == 0 || (made < MOST_PLANS && much)) {
            urgent.add(name);
          }
        });
    return urgent;
  }

  /** A plan was made that knows of these. */
  void planned(Map<String, Double> over) {
    Map<String, Integer> next = new HashMap<>();
    over.keySet().forEach(name -> next.put(name, plans.getOrDefault(name, 0) + 1));
    plans = next;
    looked = over;
  }

  /** Another made a plan, who has been told of what was seen at the last look. */
  void planned() {
    planned(looked);
  }
}
