package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.Capacities;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.optimize.Optimizer;
import dev.fairlead.steering.optimize.Situation;
import dev.fairlead.steering.optimize.Valuation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cost, capacity and latency in one decision for all sources together: what was seen becomes a
 * {@link Scene}, the {@link Optimizer} finds who should send how much where, and a {@link Hedge}
 * keeps it from answering more strongly than its measurements deserve.
 *
 * <ul>
 *   <li>Before any latency is known, shares are equal, so that all destinations get sampled; after
 *       that each gets a trickle for exploration.
 *   <li>A source whose numbers are stale keeps the shares it had; to the others it is background.
 *   <li>Where residency, the ceiling and usability leave a source nothing, it gets the greedy
 *       answer; where even that is none, equal shares of what is usable and not forbidden.
 *   <li>What nobody has capacity for is reported as shed; shares are those of the rest.
 * </ul>
 */
final class Optimized implements SteeringPolicy<Memory> {
  private final Valuation valuation;

  Optimized(Valuation valuation) {
    this.valuation = valuation;
  }

  @Override
  public SteeringPolicy<Memory> with(Valuation other) {
    return new Optimized(other);
  }

  @Override
  public Memory initial() {
    return Memory.INITIAL;
  }

  @Override
  public Decision<Memory> decide(Observations seen, Memory state) {
    Memory memory = state.after(seen);
    Scene scene = new Scene(seen, memory);
    if (!scene.isMeasured() || scene.sources().isEmpty()) {
      return new Decision<>(wanted(scene, seen, memory, Map.of()), memory);
    }
    Situation situation = scene.situation(memory.hedge().factor());
    Allocation whole = Optimizer.solve(situation, valuation, memory.loads());
    Shortage shortage = Shortage.of(whole);
    Allocation allocation =
        shortage.isNone()
            ? whole
            : Optimizer.solve(shortage.rest(situation), valuation, whole.loads());
    Map<TrafficKey, Plan> plans = new LinkedHashMap<>();
    List<TrafficKey> sources = scene.sources();
    Alike alike = new Alike(allocation, valuation);
    for (int s = 0; s < sources.size(); s++) {
      TrafficKey key = sources.get(s);
      plans.put(key, new PlanOf(scene, memory, allocation, key, s, alike).plan(shortage));
    }
    Hedge hedge = memory.hedge().after(scene.measured(), parts(allocation.loads()));
    Map<TrafficKey, Wanted> wanted = wanted(scene, seen, memory, plans);
    wanted.replaceAll((key, each) -> each.together(!shortage.isNone()));
    return new Decision<>(
        wanted,
        memory.with(hedge, allocation.loads()),
        Optional.of(new Solution(whole.status(), whole.terms(), whole.rounds())));
  }

  /** The part of all load that each destination is to get. */
  static Map<String, Double> parts(Map<String, Double> loads) {
    Map<String, Double> parts = new LinkedHashMap<>(loads);
    double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    parts.replaceAll((name, rps) -> sum > 0 ? rps / sum : 0);
    return parts;
  }

  @Override
  public Capacities capacities(ServiceName service, Memory state) {
    return state.capacities();
  }

  @Override
  public Memory looked(Observations soFar, Memory state) {
    return state.looked(soFar);
  }

  /** Without solving anything: estimates only. */
  @Override
  public Map<TrafficKey, Wanted> glance(Observations soFar, Memory state) {
    Scene scene = new Scene(soFar, state.glanced(soFar));
    Map<TrafficKey, Wanted> wanted = new LinkedHashMap<>();
    for (Observation observation : soFar.all()) {
      List<Plan.Share> unusable = new ArrayList<>();
      Map<String, Double> over = new LinkedHashMap<>();
      for (Observation.Destination row : Scene.rows(observation).values()) {
        if (!row.usable()) {
          unusable.add(new Plan.Share(row.name(), 0, Double.NaN, "no usable endpoint"));
        } else if (scene.capacity(row.name()).over()) {
          over.put(row.name(), scene.staying(observation.key(), row.name()));
        }
      }
      Plan plan = new Plan(observation.key(), unusable);
      wanted.putIfAbsent(observation.key(), new Wanted(plan, over, Set.of(), Set.of(), 0));
    }
    return wanted;
  }

  /** What is wanted for all that were observed, with even shares where there is no plan. */
  static Map<TrafficKey, Wanted> wanted(
      Scene scene, Observations seen, Memory memory, Map<TrafficKey, Plan> plans) {
    Map<TrafficKey, Wanted> wanted = new LinkedHashMap<>();
    scene
        .all()
        .forEach(
            (key, observation) -> {
              Plan plan = plans.get(key);
              wanted.put(
                  key,
                  wanted(
                      observation,
                      plan != null ? plan : unsolved(observation, seen, plans),
                      scene,
                      memory));
            });
    return wanted;
  }

  /** For a source that was not optimised: the sum of its classes if those were, else even. */
  private static Plan unsolved(
      Observation observation, Observations seen, Map<TrafficKey, Plan> plans) {
    TrafficKey key = observation.key();
    List<Plan> classes = new ArrayList<>();
    plans.forEach(
        (other, plan) -> {
          if (other.sourceCluster().equals(key.sourceCluster())
              && key.trafficClass() == TrafficKey.ANY_CLASS) {
            classes.add(plan);
          }
        });
    return classes.isEmpty() ? even(observation, seen) : Blind.of(key, classes, seen);
  }

  private static Plan even(Observation observation, Observations seen) {
    Map<String, Weighted> weights = new LinkedHashMap<>();
    Scene.rows(observation)
        .forEach(
            (name, row) -> {
              Topology.Way way = new Topology.Way(observation.key().sourceCluster(), name);
              weights.put(
                  name,
                  seen.topology().forbidden().contains(way)
                      ? new Weighted(Double.NaN, "forbidden by residency")
                      : row.usable()
                          ? Weighted.of(1, "nothing measured yet: an equal share")
                          : Weighted.unusable());
            });
    return Weighted.plan(observation.key(), weights, 0);
  }

  private static Wanted wanted(Observation observation, Plan plan, Scene scene, Memory memory) {
    Map<String, Double> over = new LinkedHashMap<>();
    Set<String> stale = new LinkedHashSet<>();
    Set<String> guessed = new LinkedHashSet<>();
    long bad = 0;
    for (Observation.Destination row : Scene.rows(observation).values()) {
      bad += Sample.of(row).bad();
      if (row.usable()) {
        String name = row.name();
        if (scene.capacity(name).over()) {
          over.put(name, scene.staying(observation.key(), name));
        }
        if (row.ageNanos() > Sample.STALE_NANOS) {
          stale.add(name);
        } else if (!memory.link(observation.key(), name).isKnown()) {
          guessed.add(name);
        }
      }
    }
    bad += observation.destinations().size() - Scene.rows(observation).size();
    return new Wanted(plan, over, stale, guessed, bad);
  }
}
