package dev.fairlead.simulator.run;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.broker.Steered;
import dev.fairlead.simulator.law.Quantiles;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a contender steers together: under {@code multi-hop} all services that call or are called,
 * by the scenario's own call graph unless its objective has one; every other service for itself.
 */
final class Groups {
  private Groups() {}

  static List<Steered> of(List<Service> services, Objective objective) {
    Optional<CallGraph> graph =
        objective.policy() == PolicyKind.MULTI_HOP
            ? objective.callGraph().or(() -> graph(services))
            : Optional.empty();
    List<Steered> groups = new ArrayList<>();
    Set<ServiceName> joint = Set.copyOf(graph.map(CallGraph::services).orElse(List.of()));
    graph.ifPresent(
        calls -> {
          String name =
              calls.services().stream().map(ServiceName::toString).collect(Collectors.joining("+"));
          groups.add(new Steered(name, joint, objective.over(calls)));
        });
    for (Service service : services) {
      if (!joint.contains(service.serviceName())) {
        groups.add(Steered.of(service.serviceName(), objective));
      }
    }
    return groups;
  }

  /** The one that a service is steered in. */
  static Steered with(ServiceName service, List<Steered> groups) {
    return groups.stream()
        .filter(group -> group.services().contains(service))
        .findFirst()
        .orElseThrow();
  }

  /** Who calls whom in a scenario; empty where nobody does. */
  static Optional<CallGraph> graph(List<Service> services) {
    Map<String, Service> byName = new LinkedHashMap<>();
    services.forEach(service -> byName.put(service.name(), service));
    List<CallGraph.Call> calls = new ArrayList<>();
    for (Service caller : services) {
      Map<String, Double> ratios = new LinkedHashMap<>();
      caller.calls().forEach(call -> ratios.merge(call.service(), call.ratio(), Double::sum));
      String longest = longest(ratios, byName);
      ratios.forEach(
          (name, ratio) -> {
            Service callee = byName.get(name);
            if (callee != null && ratio > 0) {
              // Of several calls at the same time only one is waited for: as long as the longest.
              double waited =
                  !caller.inParallel() ? 1 : name.equals(longest) ? Math.min(1, 1 / ratio) : 0;
              calls.add(
                  new CallGraph.Call(
                      caller.serviceName(),
                      callee.serviceName(),
                      Map.of(TrafficKey.ANY_CLASS, ratio),
                      waited));
            }
          });
    }
    return calls.isEmpty() ? Optional.empty() : Optional.of(new CallGraph(List.of(), calls));
  }

  /** The one of these that works longest on a request. */
  private static String longest(Map<String, Double> called, Map<String, Service> byName) {
    String longest = "";
    double most = -1;
    for (String name : called.keySet()) {
      Service service = byName.get(name);
      double mean = service == null ? 0 : Quantiles.of(service.serviceTime()).mean();
      if (mean > most) {
        longest = name;
        most = mean;
      }
    }
    return longest;
  }
}
