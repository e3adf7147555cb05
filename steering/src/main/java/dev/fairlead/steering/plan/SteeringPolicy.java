package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observations;

/**
 * What to do next, from what was seen of all sources. Pure: the policy's memory is {@code S}, an
 * immutable value that can be saved and restored.
 */
public interface SteeringPolicy<S> {
  S initial();

  /** Wants something for each key that is observed; the first where a key is there twice. */
  Decision<S> decide(Observations seen, S state);

  /** Whether what it wants for one source depends on what others saw. */
  default boolean isJoint() {
    return true;
  }

  /** The memory after a look within a period, which decides nothing. */
  default S looked(Observations soFar, S state) {
    return state;
  }

  /** The policy of that kind. */
  static SteeringPolicy<?> of(PolicyKind kind) {
    return switch (kind) {
      case EVEN -> new EachSource<>(new Even());
      case L3 -> new EachSource<>(new L3());
      case L3_REFERENCE -> new EachSource<>(new L3Reference());
    };
  }
}
