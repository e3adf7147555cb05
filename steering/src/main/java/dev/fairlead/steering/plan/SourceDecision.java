package dev.fairlead.steering.plan;

import java.util.Map;
import java.util.Set;

/** What a {@link SourcePolicy} wants for one source, and what it will remember of it. */
record SourceDecision<S>(Wanted wanted, S next) {

  /** A decision that knows of nothing but the plan. */
  static <S> SourceDecision<S> of(Plan plan, S next) {
    return new SourceDecision<>(new Wanted(plan, Map.of(), Set.of(), Set.of(), 0), next);
  }
}
