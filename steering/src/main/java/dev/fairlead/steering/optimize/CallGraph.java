package dev.fairlead.steering.optimize;

import dev.fairlead.balancer.endpoint.ServiceName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which service calls which to answer a request, and how often. It has no cycle: a request that
 * came back to a service on its path could go round for ever, and no plan could bound it.
 *
 * @param services callers before whom they call; those that only {@code calls} name are added
 */
public record CallGraph(List<ServiceName> services, List<Call> calls) {
  // A tree this deep is a mistake; and the walk below goes as deep.
  private static final int MOST_SERVICES = 1000;

  public CallGraph {
    calls = List.copyOf(calls);
    Set<List<ServiceName>> pairs = new HashSet<>();
    Set<ServiceName> all = new LinkedHashSet<>(services);
    for (Call call : calls) {
      if (!pairs.add(List.of(call.caller(), call.callee()))) {
        throw new IllegalArgumentException(
            "call graph: %s is there twice (give one ratio for both)".formatted(call.words()));
      }
      all.add(call.caller());
      all.add(call.callee());
    }
    if (all.isEmpty() || all.size() > MOST_SERVICES) {
      throw new IllegalArgumentException(
          "call graph: %d services (name 1 to %d)".formatted(all.size(), MOST_SERVICES));
    }
    services = new Sorting(calls).sorted(all);
  }

  /** The graph of these calls. */
  public static CallGraph of(Call... calls) {
    return new CallGraph(List.of(), List.of(calls));
  }

  /**
   * Calls of one service by another.
   *
   * @param ratios how many for each request that the caller gets, by traffic class, in [0, 10⁴];
   *     {@link dev.fairlead.steering.demand.TrafficKey#ANY_CLASS} for all that are not named. One
   *     that is not there is unknown
   * @param waited the part of the calls' time by which the caller's own answer is later, in [0, 1]:
   *     1 for calls one after another, 0 for those that nobody waits for; of calls made at the same
   *     time give the longest 1 and the others 0
   */
  public record Call(
      ServiceName caller, ServiceName callee, Map<Integer, Double> ratios, double waited) {
    private static final double MOST = 1e4;
    private static final int ANY_CLASS = -1;

    public Call {
      Objects.requireNonNull(caller);
      Objects.requireNonNull(callee);
      ratios = Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
      for (Map.Entry<Integer, Double> ratio : ratios.entrySet()) {
        if (!(ratio.getValue() >= 0 && ratio.getValue() <= MOST)) {
          throw new IllegalArgumentException(
              "call %s → %s: ratio of %s for class %d is not in [0, 10000]"
                  .formatted(caller, callee, ratio.getValue(), ratio.getKey()));
        }
      }
      if (!(waited >= 0 && waited <= 1)) {
        throw new IllegalArgumentException(
            "call %s → %s: waited part of %s is not in [0, 1]".formatted(caller, callee, waited));
      }
    }

    /** So many for each request, one after another. */
    public static Call of(ServiceName caller, ServiceName callee, double ratio) {
      return new Call(caller, callee, Map.of(ANY_CLASS, ratio), 1);
    }

    /** Calls for each request of a class; NaN where unknown. */
    public double ratio(int trafficClass) {
      return ratios.getOrDefault(trafficClass, ratios.getOrDefault(ANY_CLASS, Double.NaN));
    }

    String words() {
      return caller + " → " + callee;
    }
  }

  /** The services that a service calls. */
  public List<Call> callsOf(ServiceName caller) {
    return calls.stream().filter(call -> call.caller().equals(caller)).toList();
  }

  /** Depth first: a service comes after all that it calls; then turned round. */
  private static final class Sorting {
    private final Map<ServiceName, List<ServiceName>> callees = new LinkedHashMap<>();
    private final Set<ServiceName> done = new LinkedHashSet<>();
    private final List<ServiceName> path = new ArrayList<>();
    private final Set<ServiceName> onPath = new HashSet<>();

    Sorting(List<Call> calls) {
      for (Call call : calls) {
        callees.computeIfAbsent(call.caller(), any -> new ArrayList<>()).add(call.callee());
      }
    }

    List<ServiceName> sorted(Set<ServiceName> services) {
      for (ServiceName service : services) {
        visit(service);
      }
      return List.copyOf(new ArrayList<>(done).reversed());
    }

    private void visit(ServiceName service) {
      if (onPath.contains(service)) {
        refuse(service);
      }
      if (done.contains(service)) {
        return;
      }
      path.add(service);
      onPath.add(service);
      for (ServiceName callee : callees.getOrDefault(service, List.of())) {
        visit(callee);
      }
      path.removeLast();
      onPath.remove(service);
      done.add(service);
    }

    private void refuse(ServiceName again) {
      List<String> cycle = new ArrayList<>();
      for (ServiceName service : path.subList(path.indexOf(again), path.size())) {
        cycle.add(service.toString());
      }
      cycle.add(again.toString());
      throw new IllegalArgumentException(
          "call graph: cycle %s (leave out the call that goes back)"
              .formatted(String.join(" → ", cycle)));
    }
  }
}
