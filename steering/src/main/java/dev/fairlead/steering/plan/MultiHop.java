package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.Capacities;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.optimize.CallAllocation;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.CallOptimizer;
import dev.fairlead.steering.optimize.Valuation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link Optimized} for all services of a call graph together: where a service's requests go is
 * chosen with what their calls will cost from there. Each service is seen and remembered as it is
 * under {@code Optimized}; the {@link CallScene} joins what was seen.
 *
 * <p>Services that are not in the graph are optimised alone, and so are all until latencies of each
 * that is in it were measured.
 */
final class MultiHop implements SteeringPolicy<Map<ServiceName, Memory>> {
  private final Optional<CallGraph> graph;
  private final Valuation valuation;
  private final double turnaround;
  private final Optimized alone;

  MultiHop(Optional<CallGraph> graph, Valuation valuation, double turnaround) {
    this.graph = graph;
    this.valuation = valuation;
    this.turnaround = turnaround;
    alone = new Optimized(valuation);
  }

  @Override
  public SteeringPolicy<Map<ServiceName, Memory>> with(Valuation other) {
    return new MultiHop(graph, other, turnaround);
  }

  @Override
  public SteeringPolicy<Map<ServiceName, Memory>> with(
      Optional<CallGraph> other, double turnaround) {
    return new MultiHop(other, valuation, turnaround);
  }

  @Override
  public Map<ServiceName, Memory> initial() {
    return Map.of();
  }

  @Override
  public Decision<Map<ServiceName, Memory>> decide(
      Observations seen, Map<ServiceName, Memory> state) {
    Map<ServiceName, Observations> services = byService(seen);
    Map<TrafficKey, Wanted> wanted = new LinkedHashMap<>();
    Map<ServiceName, Memory> next = new LinkedHashMap<>();
    List<Solution> solutions = new ArrayList<>();
    Optional<CallScene> joint = graph.flatMap(calls -> CallScene.of(calls, services, state));
    services.forEach(
        (service, observations) -> {
          boolean isJoint = joint.isPresent() && joint.get().has(service);
          if (!isJoint) {
            Decision<Memory> decision =
                alone.decide(observations, state.getOrDefault(service, Memory.INITIAL));
            wanted.putAll(decision.wanted());
            decision.solution().ifPresent(solutions::add);
            next.put(service, decision.next());
          }
        });
    joint.ifPresent(
        scene -> {
          CallAllocation found = CallOptimizer.solve(scene.situation(), valuation, turnaround);
          scene.decide(found, wanted, next);
          solutions.add(
              new Solution(Allocation.Status.OPTIMAL, found.terms(), found.certificate().rounds()));
        });
    return new Decision<>(
        inOrder(seen, wanted),
        Collections.unmodifiableMap(next),
        solutions.stream().reduce(Solution::plus));
  }

  @Override
  public Capacities capacities(ServiceName service, Map<ServiceName, Memory> state) {
    return state.getOrDefault(service, Memory.INITIAL).capacities();
  }

  /** As the keys were observed. */
  private static Map<TrafficKey, Wanted> inOrder(
      Observations seen, Map<TrafficKey, Wanted> wanted) {
    Map<TrafficKey, Wanted> sorted = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      Wanted one = wanted.get(observation.key());
      if (one != null) {
        sorted.put(observation.key(), one);
      }
    }
    return sorted;
  }

  private static Map<ServiceName, Observations> byService(Observations seen) {
    Map<ServiceName, List<Observation>> lists = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      lists.computeIfAbsent(observation.key().service(), any -> new ArrayList<>()).add(observation);
    }
    Map<ServiceName, Observations> services = new LinkedHashMap<>();
    lists.forEach(
        (service, list) ->
            services.put(service, new Observations(seen.nanos(), list, seen.topology())));
    return services;
  }

  @Override
  public Map<ServiceName, Memory> looked(Observations soFar, Map<ServiceName, Memory> state) {
    Map<ServiceName, Memory> next = new LinkedHashMap<>(state);
    byService(soFar)
        .forEach(
            (service, observations) ->
                next.put(
                    service, state.getOrDefault(service, Memory.INITIAL).looked(observations)));
    return Collections.unmodifiableMap(next);
  }

  @Override
  public Map<TrafficKey, Wanted> glance(Observations soFar, Map<ServiceName, Memory> state) {
    Map<TrafficKey, Wanted> wanted = new LinkedHashMap<>();
    byService(soFar)
        .forEach(
            (service, observations) ->
                wanted.putAll(
                    alone.glance(observations, state.getOrDefault(service, Memory.INITIAL))));
    return wanted;
  }
}
