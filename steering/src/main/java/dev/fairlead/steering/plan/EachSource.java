package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A policy that asks a {@link SourcePolicy} about each source, with a memory for each. */
final class EachSource<S> implements SteeringPolicy<Map<TrafficKey, S>> {
  private final SourcePolicy<S> policy;

  EachSource(SourcePolicy<S> policy) {
    this.policy = policy;
  }

  @Override
  public Map<TrafficKey, S> initial() {
    return Map.of();
  }

  @Override
  public Decision<Map<TrafficKey, S>> decide(Observations seen, Map<TrafficKey, S> state) {
    Map<TrafficKey, Wanted> wanted = new LinkedHashMap<>();
    Map<TrafficKey, S> next = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      TrafficKey key = observation.key();
      if (!wanted.containsKey(key)) {
        SourceDecision<S> decision =
            policy.decide(observation, state.getOrDefault(key, policy.initial()));
        wanted.put(key, decision.wanted());
        next.put(key, decision.next());
      }
    }
    return new Decision<>(wanted, Collections.unmodifiableMap(next));
  }

  @Override
  public boolean isJoint() {
    return false;
  }

  @Override
  public Map<TrafficKey, S> looked(Observations soFar, Map<TrafficKey, S> state) {
    Map<TrafficKey, S> next = new LinkedHashMap<>(state);
    for (Observation observation : soFar.all()) {
      S before = state.getOrDefault(observation.key(), policy.initial());
      next.put(observation.key(), policy.looked(observation, before));
    }
    return Collections.unmodifiableMap(next);
  }
}
