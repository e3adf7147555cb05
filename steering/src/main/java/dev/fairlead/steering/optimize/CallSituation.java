package dev.fairlead.steering.optimize;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * All services of a call graph everywhere at one moment: what comes from outside, who can serve,
 * and what lies between.
 *
 * @param graph its ratios must be known for each class
 * @param classes of the requests that come in, each once; −1 for all together
 * @param tiers one for each service of the graph
 * @param ingress demand from outside; what services ask of each other follows from it
 */
public record CallSituation(
    CallGraph graph,
    List<String> clusters,
    List<Integer> classes,
    Map<ServiceName, Tier> tiers,
    List<Ingress> ingress) {
  // Way beyond what can be solved within a control period; the memory for it is still there.
  private static final long MOST_CALLS = 1_000_000;

  public CallSituation {
    clusters = List.copyOf(clusters);
    classes = List.copyOf(classes);
    tiers = Collections.unmodifiableMap(new LinkedHashMap<>(tiers));
    ingress = List.copyOf(ingress);
    checkSize(graph, clusters, classes);
    for (ServiceName service : graph.services()) {
      Tier tier = tiers.get(service);
      if (tier == null) {
        throw new IllegalArgumentException(
            "%s is in the call graph, but nothing says where it is served".formatted(service));
      }
      Set<String> known = new HashSet<>();
      for (Destination pool : tier.pools()) {
        if (!clusters.contains(pool.name()) || !known.add(pool.name())) {
          throw new IllegalArgumentException(
              "%s: pool in %s, which is %s"
                  .formatted(
                      service,
                      pool.name(),
                      clusters.contains(pool.name()) ? "there twice" : "no cluster"));
        }
      }
    }
    for (CallGraph.Call call : graph.calls()) {
      for (int trafficClass : classes) {
        if (Double.isNaN(call.ratio(trafficClass))) {
          throw new IllegalArgumentException(
              "call %s: no ratio for class %d".formatted(call.words(), trafficClass));
        }
      }
    }
    for (Ingress one : ingress) {
      if (!graph.services().contains(one.service())
          || !clusters.contains(one.cluster())
          || !classes.contains(one.trafficClass())) {
        throw new IllegalArgumentException(
            "demand for %s from %s, class %d: no such service, cluster or class"
                .formatted(one.service(), one.cluster(), one.trafficClass()));
      }
    }
  }

  private static void checkSize(CallGraph graph, List<String> clusters, List<Integer> classes) {
    if (clusters.isEmpty() || new HashSet<>(clusters).size() < clusters.size()) {
      throw new IllegalArgumentException(
          "clusters %s: name at least one, each once".formatted(clusters));
    }
    if (classes.isEmpty() || new HashSet<>(classes).size() < classes.size()) {
      throw new IllegalArgumentException(
          "classes %s: name at least one, each once".formatted(classes));
    }
    if (!fits(graph.services().size(), classes.size(), clusters.size())) {
      throw new IllegalArgumentException(
          "%d services × %d classes × %d clusters squared are more than %d ways (split the graph)"
              .formatted(graph.services().size(), classes.size(), clusters.size(), MOST_CALLS));
    }
  }

  /** Whether so many are few enough to be optimised together. */
  public static boolean fits(int services, int classes, int clusters) {
    return (double) services * classes * clusters * clusters <= MOST_CALLS;
  }

  /**
   * One service everywhere.
   *
   * @param pools named by their clusters; a cluster without one has none
   * @param work what a request weighs in each class, in [10⁻³, 10³]; 1 where nothing is said
   */
  public record Tier(List<Destination> pools, Ways ways, Map<Integer, Double> work) {
    public Tier {
      pools = List.copyOf(pools);
      Objects.requireNonNull(ways);
      work = Collections.unmodifiableMap(new LinkedHashMap<>(work));
      for (double weight : work.values()) {
        if (!(weight >= 1e-3 && weight <= 1e3)) {
          throw new IllegalArgumentException(
              "work per request of " + weight + " is not in [0.001, 1000]");
        }
      }
    }
  }

  /** What lies between the clusters for one service's requests. Pure. */
  public interface Ways {
    Way between(String from, String to, int trafficClass);
  }

  /** Requests per second from outside, in [0, 10¹¹]. */
  public record Ingress(ServiceName service, String cluster, int trafficClass, double rps) {
    public Ingress {
      Objects.requireNonNull(service);
      Objects.requireNonNull(cluster);
      if (!(rps >= 0 && rps <= Situation.LARGEST_RPS)) {
        throw new IllegalArgumentException(
            "demand for %s from %s of %s is not in [0, 1e11] rps".formatted(service, cluster, rps));
      }
    }
  }
}
