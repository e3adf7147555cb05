package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import java.util.LinkedHashMap;
import java.util.Map;

/** Equal shares for all usable destinations, whatever was seen. It remembers nothing. */
final class Even implements SteeringPolicy<Even.Memory> {
  enum Memory {
    NONE
  }

  @Override
  public String id() {
    return Objective.Kind.EVEN.id();
  }

  @Override
  public Memory initial() {
    return Memory.NONE;
  }

  @Override
  public Decision<Memory> decide(Observation observation, Memory state) {
    Map<String, Weighted> weights = new LinkedHashMap<>();
    int usable = 0;
    for (Observation.Destination seen : observation.destinations()) {
      usable += seen.usable() ? 1 : 0;
    }
    String reason = "an equal share of " + usable;
    for (Observation.Destination seen : observation.destinations()) {
      weights.putIfAbsent(
          seen.name(), seen.usable() ? Weighted.of(1, reason) : Weighted.unusable());
    }
    return Decision.of(Weighted.plan(observation.key(), weights, 0), state);
  }
}
