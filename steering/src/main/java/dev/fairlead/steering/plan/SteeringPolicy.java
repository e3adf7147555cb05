package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;

/**
 * What to do next, from what was seen. Pure: the policy's memory is {@code S}, an immutable value
 * that can be saved and restored.
 */
public interface SteeringPolicy<S> {
  /** As in documents and metrics: {@code l3}. */
  String id();

  S initial();

  Decision<S> decide(Observation observation, S state);

  /** The memory after a look within a period, which decides nothing. */
  default S looked(Observation soFar, S state) {
    return state;
  }
}
