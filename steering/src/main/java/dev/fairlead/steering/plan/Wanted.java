package dev.fairlead.steering.plan;

import java.util.Map;
import java.util.Set;

/**
 * What a policy wants for one source place and class, before change control.
 *
 * @param plan without shares where no destination is usable
 * @param overCapacity destinations that change control lets traffic leave at once, each with the
 *     share of this source's requests that it can serve all the same, in [0, 1]: 0 where all may
 *     leave
 * @param stale destinations whose numbers are too old to go by: change control freezes their share
 * @param guessed usable destinations whose share rests on no measurement
 * @param badSamples numbers of this observation that were dropped
 * @param together not all fits, and this plan fills what there is together with those of the other
 *     sources: change control that held it back would overload what they leave to each other
 */
public record Wanted(
    Plan plan,
    Map<String, Double> overCapacity,
    Set<String> stale,
    Set<String> guessed,
    long badSamples,
    boolean together) {
  public Wanted {
    overCapacity = Map.copyOf(overCapacity);
    stale = Set.copyOf(stale);
    guessed = Set.copyOf(guessed);
  }

  /** Where there is room for some to be held back. */
  public Wanted(
      Plan plan,
      Map<String, Double> overCapacity,
      Set<String> stale,
      Set<String> guessed,
      long badSamples) {
    this(plan, overCapacity, stale, guessed, badSamples, false);
  }

  Wanted together(boolean all) {
    return new Wanted(plan, overCapacity, stale, guessed, badSamples, all);
  }
}
