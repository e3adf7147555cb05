package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import java.util.LinkedHashMap;
import java.util.Map;

/** Equal shares for all usable destinations, whatever was seen. It remembers nothing. */
final class Even implements SourcePolicy<Even.Memory> {
  enum Memory {
    NONE
  }

  @Override
  public String id() {
    return PolicyKind.EVEN.id();
  }

  @Override
  public Memory initial() {
    return Memory.NONE;
  }

  @Override
  public SourceDecision<Memory> decide(Observation observation, Memory state) {
    Map<String, Weighted> weights = new LinkedHashMap<>();
    for (Observation.Destination seen : observation.destinations()) {
      weights.putIfAbsent(
          seen.name(), seen.usable() ? Weighted.of(1, "an equal share") : Weighted.unusable());
    }
    return SourceDecision.of(Weighted.plan(observation.key(), weights, 0), state);
  }
}
