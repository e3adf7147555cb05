package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;

/**
 * A policy that decides for each source place and class alone. Pure: its memory is {@code S}, an
 * immutable value that can be saved and restored.
 */
interface SourcePolicy<S> {
  /** As in documents and metrics: {@code l3}. */
  String id();

  S initial();

  SourceDecision<S> decide(Observation observation, S state);

  /** The memory after a look within a period, which decides nothing. */
  default S looked(Observation soFar, S state) {
    return state;
  }
}
