package dev.fairlead.steering.plan;

import java.util.Set;

/**
 * What a policy wants, and what it will remember.
 *
 * @param plan without shares where no destination is usable
 * @param overCapacity destinations that change control lets traffic leave at once
 * @param stale destinations whose numbers are too old to go by: change control freezes their share
 * @param guessed usable destinations whose share rests on no measurement
 * @param badSamples numbers of this observation that were dropped
 */
public record Decision<S>(
    Plan plan,
    S next,
    Set<String> overCapacity,
    Set<String> stale,
    Set<String> guessed,
    long badSamples) {
  public Decision {
    overCapacity = Set.copyOf(overCapacity);
    stale = Set.copyOf(stale);
    guessed = Set.copyOf(guessed);
  }

  /** A decision that knows of nothing but the plan. */
  static <S> Decision<S> of(Plan plan, S next) {
    return new Decision<>(plan, next, Set.of(), Set.of(), Set.of(), 0);
  }
}
