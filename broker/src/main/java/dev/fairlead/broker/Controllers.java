package dev.fairlead.broker;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A controller for each that is steered: the same at the broker and in a cluster. */
final class Controllers {
  private Map<String, Controller> byName = new LinkedHashMap<>();
  private Map<ServiceName, String> names = new LinkedHashMap<>();
  private final Map<String, Objective> objectives = new LinkedHashMap<>();

  /**
   * From now on steers these; those that stay keep their plans and memory.
   *
   * @throws IllegalArgumentException where a service or a name is there twice; nothing has changed
   */
  void update(List<Steered> all) {
    Map<String, Controller> next = new LinkedHashMap<>();
    Map<ServiceName, String> nextNames = new LinkedHashMap<>();
    for (Steered steered : all) {
      Controller controller = byName.get(steered.name());
      if (controller == null) {
        controller = new Controller(steered.objective());
      }
      if (next.put(steered.name(), controller) != null) {
        throw new IllegalArgumentException("two groups are named '" + steered.name() + "'");
      }
      for (ServiceName service : steered.services()) {
        if (nextNames.put(service, steered.name()) != null) {
          throw new IllegalArgumentException(
              service + " is steered twice; give it to one group only");
        }
      }
    }
    byName = next;
    names = nextNames;
    objectives.clear();
    for (Steered steered : all) {
      controller(steered.name()).update(steered.objective());
      objectives.put(steered.name(), steered.objective());
    }
  }

  boolean steers(ServiceName service) {
    return names.containsKey(service);
  }

  /** The name under which a service is steered, with others perhaps; empty where it is not. */
  String group(ServiceName service) {
    return names.getOrDefault(service, "");
  }

  /** Whether a plan for that service depends on what other clusters see. */
  boolean isJoint(ServiceName service) {
    Controller controller = controller(service);
    return controller != null && controller.isJoint();
  }

  /** The most that a share of that service may change in a period; 1 where nothing limits it. */
  double largestStep(ServiceName service) {
    Objective objective = objectives.get(group(service));
    return objective == null
            || objective.policy() == PolicyKind.L3_REFERENCE
            || objective.policy() == PolicyKind.C3
        ? 1
        : objective.changeControl().largestStep();
  }

  void adopt(long now, Plan inForce) {
    Controller controller = controller(inForce.key().service());
    if (controller != null) {
      controller.adopt(now, inForce);
    }
  }

  /**
   * One period of all: a result for each key that is observed and that nobody else leads.
   *
   * @param others observations for which nothing is to be decided, told to controllers whose plans
   *     depend on them
   */
  Map<TrafficKey, Controller.Step> step(
      long now,
      List<Observation> observations,
      List<Observation> others,
      Topology topology,
      Set<TrafficKey> led) {
    Set<TrafficKey> undecided = new HashSet<>(led);
    others.forEach(each -> undecided.add(each.key()));
    Map<TrafficKey, Controller.Step> steps = new LinkedHashMap<>();
    grouped(observations, others)
        .forEach(
            (name, seen) ->
                steps.putAll(
                    controller(name).step(new Observations(now, seen, topology), undecided)));
    return steps;
  }

  /** Whether something cannot wait for the period's end. */
  boolean isUrgent(
      long now, List<Observation> observations, List<Observation> others, Topology topology) {
    boolean urgent = false;
    for (Map.Entry<String, List<Observation>> group : grouped(observations, others).entrySet()) {
      urgent |=
          controller(group.getKey()).isUrgent(new Observations(now, group.getValue(), topology));
    }
    return urgent;
  }

  private Map<String, List<Observation>> grouped(
      List<Observation> observations, List<Observation> others) {
    Map<String, List<Observation>> groups = new LinkedHashMap<>();
    for (Observation observation : observations) {
      String name = group(observation.key().service());
      if (!name.isEmpty()) {
        groups.computeIfAbsent(name, none -> new ArrayList<>()).add(observation);
      }
    }
    for (Observation other : others) {
      String name = group(other.key().service());
      List<Observation> group = groups.get(name);
      if (group != null && controller(name).isJoint()) {
        group.add(other);
      }
    }
    return groups;
  }

  private @Nullable Controller controller(ServiceName service) {
    String name = names.get(service);
    return name == null ? null : byName.get(name);
  }

  private Controller controller(String name) {
    return Objects.requireNonNull(byName.get(name));
  }
}
