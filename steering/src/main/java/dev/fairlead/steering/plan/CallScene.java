package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.CallAllocation;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.CallSituation;
import dev.fairlead.steering.optimize.Situation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The scenes of all services of a call graph, joined into one situation to optimise.
 *
 * <ul>
 *   <li>What a service measures of its callee holds all that the callee waits for itself. So a
 *       service's own latency is what was measured less what its calls take from there now.
 *   <li>A ratio that is not given is what the callee is asked over what its caller is, all clusters
 *       together; of several callers without a ratio each gets its part by its own traffic.
 *   <li>What nobody in the graph asks comes from outside: for a service that nothing calls all of
 *       it, for others what exceeds their callers' given ratios by more than a tenth.
 *   <li>Whoever plans alone sees no calls made in other clusters, and so no load of what they use.
 *       There a callee is taken to be as fast as it is now: those who call it there see to it.
 *   <li>Where one service is seen by class and another is not, classes are not told apart.
 * </ul>
 */
final class CallScene {
  // Below it lies what demands err by.
  private static final double NOTABLE = 0.1;
  private static final double MOST_RATIO = 1e4;

  private final CallGraph given;
  private final CallGraph graph;
  private final Map<ServiceName, Tier> tiers = new LinkedHashMap<>();
  private final List<Integer> classes;
  private final List<String> clusters;

  /** One service as it is seen alone. */
  private record Tier(
      Observations seen, Memory memory, Scene scene, Situation situation, Hops hops) {}

  private CallScene(
      CallGraph graph, Map<ServiceName, Observations> services, Map<ServiceName, Memory> state) {
    Set<String> places = new LinkedHashSet<>();
    Set<Integer> kinds = new TreeSet<>();
    Observations any = services.values().iterator().next();
    given = graph;
    for (ServiceName service : graph.services()) {
      Observations observations =
          services.getOrDefault(service, new Observations(any.nanos(), List.of(), any.topology()));
      Memory memory = state.getOrDefault(service, Memory.INITIAL).after(observations);
      Scene scene = new Scene(observations, memory);
      Situation situation = scene.situation(0);
      tiers.put(
          service,
          new Tier(
              observations,
              memory,
              scene,
              situation,
              new Hops(scene, situation, memory, any.topology(), any.nanos())));
      situation.sources().forEach(source -> places.add(source.place()));
      situation.sources().forEach(source -> kinds.add(source.trafficClass()));
      situation.destinations().forEach(destination -> places.add(destination.name()));
    }
    clusters = List.copyOf(places);
    classes =
        kinds.contains(TrafficKey.ANY_CLASS) ? List.of(TrafficKey.ANY_CLASS) : List.copyOf(kinds);
    this.graph = known();
  }

  /** Empty until each service of the graph has been measured, and for what is too large. */
  static Optional<CallScene> of(
      CallGraph graph, Map<ServiceName, Observations> services, Map<ServiceName, Memory> state) {
    if (services.isEmpty()) {
      return Optional.empty();
    }
    CallScene scene = new CallScene(graph, services, state);
    boolean ready =
        scene.tiers.values().stream()
            .allMatch(tier -> tier.scene().isMeasured() && !tier.situation().sources().isEmpty());
    boolean fits =
        CallSituation.fits(scene.tiers.size(), scene.classes.size(), scene.clusters.size());
    return ready && fits ? Optional.of(scene) : Optional.empty();
  }

  boolean has(ServiceName service) {
    return tiers.containsKey(service);
  }

  private Tier tier(ServiceName service) {
    Tier tier = tiers.get(service);
    if (tier == null) {
      throw new IllegalArgumentException(service + " is not in the call graph");
    }
    return tier;
  }

  /** The graph with all ratios. */
  private CallGraph known() {
    List<CallGraph.Call> calls = new ArrayList<>();
    for (CallGraph.Call call : given.calls()) {
      Map<Integer, Double> ratios = new LinkedHashMap<>();
      for (int trafficClass : classes) {
        double ratio = call.ratio(trafficClass);
        ratios.put(trafficClass, Double.isNaN(ratio) ? estimated(call, trafficClass) : ratio);
      }
      calls.add(new CallGraph.Call(call.caller(), call.callee(), ratios, call.waited()));
    }
    return new CallGraph(given.services(), calls);
  }

  private double estimated(CallGraph.Call call, int trafficClass) {
    double ratio = estimated(call.callee(), trafficClass);
    double ofAll = Double.isNaN(ratio) ? estimated(call.callee(), TrafficKey.ANY_CLASS) : ratio;
    return Double.isNaN(ofAll) ? 0 : ofAll;
  }

  /** Over all callers whose ratio is not given; NaN where they ask nothing. */
  private double estimated(ServiceName callee, int trafficClass) {
    double asked = tier(callee).hops().rps(trafficClass);
    double callers = 0;
    for (CallGraph.Call call : given.calls()) {
      if (call.callee().equals(callee)) {
        double rps = tier(call.caller()).hops().rps(trafficClass);
        double ratio = call.ratio(trafficClass);
        asked -= Double.isNaN(ratio) ? 0 : ratio * rps;
        callers += Double.isNaN(ratio) ? rps : 0;
      }
    }
    return callers > 0 ? Math.clamp(asked / callers, 0, MOST_RATIO) : Double.NaN;
  }

  CallSituation situation() {
    Map<ServiceName, CallSituation.Tier> joint = new LinkedHashMap<>();
    List<CallSituation.Ingress> ingress = new ArrayList<>();
    Map<ServiceName, Map<String, Double>> takes = new LinkedHashMap<>();
    // Callees first, since a caller's own latency is what theirs leaves of it.
    for (ServiceName service : graph.services().reversed()) {
      joint.put(service, own(service, takes));
    }
    for (ServiceName service : graph.services()) {
      for (String cluster : clusters) {
        for (int trafficClass : classes) {
          double rps = fromOutside(service, cluster, trafficClass);
          ingress.add(new CallSituation.Ingress(service, cluster, trafficClass, rps));
        }
      }
    }
    return new CallSituation(graph, clusters, classes, joint, ingress);
  }

  /**
   * A service without what its calls take; notes what its own answers take, by caller's cluster.
   */
  private CallSituation.Tier own(ServiceName service, Map<ServiceName, Map<String, Double>> takes) {
    Tier tier = tier(service);
    Map<String, Double> answers = new LinkedHashMap<>();
    for (String cluster : clusters) {
      answers.put(cluster, tier.hops().nanosNow(cluster));
    }
    takes.put(service, answers);
    Situation own =
        tier.scene().situation(tier.memory().hedge().factor(), pool -> calls(service, pool, takes));
    Set<String> seen = tier.hops().callers();
    List<Situation.Destination> pools =
        hasUnseenCallers(service, seen)
            ? own.destinations().stream()
                .map(pool -> seen.contains(pool.name()) ? pool : tier.hops().asNow(pool))
                .toList()
            : own.destinations();
    return new CallSituation.Tier(pools, tier.hops()::way, Map.of());
  }

  /** Whether it is called from a cluster from which nobody reports what is asked of it. */
  private boolean hasUnseenCallers(ServiceName service, Set<String> seen) {
    return graph.calls().stream()
        .filter(call -> call.callee().equals(service))
        .flatMap(call -> tier(call.caller()).situation().destinations().stream())
        .anyMatch(pool -> pool.usable() && !seen.contains(pool.name()));
  }

  /** What the calls of a request take now where it is served. */
  private double calls(
      ServiceName service, String cluster, Map<ServiceName, Map<String, Double>> takes) {
    double sum = 0;
    for (CallGraph.Call call : graph.callsOf(service)) {
      double each = takes.getOrDefault(call.callee(), Map.of()).getOrDefault(cluster, 0.0);
      sum += call.waited() * meanRatio(call) * each;
    }
    return sum;
  }

  private double meanRatio(CallGraph.Call call) {
    Hops caller = tier(call.caller()).hops();
    double sum = 0;
    double all = 0;
    for (int trafficClass : classes) {
      double rps = caller.rps(trafficClass);
      sum += rps * call.ratio(trafficClass);
      all += rps;
    }
    return all > 0 ? sum / all : 0;
  }

  private double fromOutside(ServiceName service, String cluster, int trafficClass) {
    double asked = tier(service).hops().rps(cluster, trafficClass);
    double called = 0;
    for (CallGraph.Call call : given.calls()) {
      if (call.callee().equals(service)) {
        if (Double.isNaN(call.ratio(trafficClass))) {
          // The estimated ratio holds all of it.
          return 0;
        }
        called +=
            call.ratio(trafficClass) * tier(call.caller()).hops().arrives(cluster, trafficClass);
      }
    }
    double rest = asked - called;
    return called == 0 || rest > NOTABLE * asked ? Math.max(0, rest) : 0;
  }

  /** Adds what is wanted for each source of the graph's services, and what each will remember. */
  void decide(CallAllocation found, Map<TrafficKey, Wanted> wanted, Map<ServiceName, Memory> next) {
    tiers.forEach(
        (service, tier) -> {
          Map<TrafficKey, Plan> plans = new LinkedHashMap<>();
          for (TrafficKey key : tier.scene().sources()) {
            int trafficClass =
                classes.contains(key.trafficClass()) ? key.trafficClass() : TrafficKey.ANY_CLASS;
            plans.put(key, new CallPlan(found, tier.memory(), key, trafficClass).plan());
          }
          Map<String, Double> loads = new LinkedHashMap<>();
          for (String destination : tier.scene().destinations()) {
            loads.put(destination, found.load(service, destination).rps());
          }
          Hedge hedge =
              tier.memory().hedge().after(tier.scene().measured(), Optimized.parts(loads));
          wanted.putAll(Optimized.wanted(tier.scene(), tier.seen(), tier.memory(), plans));
          next.put(service, tier.memory().with(hedge, loads));
        });
  }
}
