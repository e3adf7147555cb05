package dev.fairlead.steering.optimize;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.LatencyCurve;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Random call graphs over random clusters, by seed. */
public final class RandomCalls {
  private final SplittableRandom random;
  private final int clusters;
  private final int classes;
  private final int services;
  private double utilisation = 0.7;
  private boolean alike;
  private boolean straight;
  private boolean free;

  public RandomCalls(long seed, int clusters, int classes, int services) {
    random = new SplittableRandom(seed);
    this.clusters = clusters;
    this.classes = classes;
    this.services = services;
  }

  /** How much of all pools' capacity is asked for. */
  RandomCalls utilisation(double value) {
    utilisation = value;
    return this;
  }

  /** All classes weigh 1. */
  RandomCalls alike() {
    alike = true;
    return this;
  }

  /** Latency times load is straight between few knots: a linear program. */
  RandomCalls straight() {
    straight = true;
    return this;
  }

  /** Bytes cost nothing. */
  RandomCalls free() {
    free = true;
    return this;
  }

  static ServiceName service(int number) {
    return new ServiceName("shop", "s" + number);
  }

  static String cluster(int number) {
    return "c" + number;
  }

  public CallSituation situation() {
    CallGraph graph = graph();
    List<String> places = new ArrayList<>();
    double[] x = new double[clusters];
    double[] y = new double[clusters];
    for (int i = 0; i < clusters; i++) {
      places.add(cluster(i));
      x[i] = random.nextDouble();
      y[i] = random.nextDouble();
    }
    List<Integer> kinds = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      kinds.add(k);
    }
    double[][] asked = new double[services][classes];
    List<CallSituation.Ingress> ingress = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      for (int i = 0; i < clusters; i++) {
        double rps = 10 + 90 * random.nextDouble();
        ingress.add(new CallSituation.Ingress(service(0), places.get(i), k, rps));
        asked[0][k] += rps;
      }
    }
    Map<ServiceName, CallSituation.Tier> tiers = new LinkedHashMap<>();
    for (int s = 0; s < services; s++) {
      Map<Integer, Double> work = new HashMap<>();
      double all = 0;
      for (int k = 0; k < classes; k++) {
        work.put(k, alike ? 1.0 : 0.5 + 1.5 * random.nextDouble());
        all += asked[s][k] * work.getOrDefault(k, 1.0);
        for (CallGraph.Call call : graph.callsOf(service(s))) {
          int callee = Integer.parseInt(call.callee().name().substring(1));
          asked[callee][k] += asked[s][k] * call.ratio(k);
        }
      }
      double bytes = free ? 0 : random.nextDouble() * 1e-6;
      tiers.put(
          service(s),
          new CallSituation.Tier(
              pools(all),
              (from, to, k) -> {
                int i = Integer.parseInt(from.substring(1));
                int j = Integer.parseInt(to.substring(1));
                double far = StrictMath.hypot(x[i] - x[j], y[i] - y[j]);
                return i == j
                    ? Way.FREE
                    : new Way(far * 1e8, bytes * (1 + (i * 7 + j * 3 + k) % 5), false);
              },
              work));
    }
    return new CallSituation(graph, places, kinds, tiers, ingress);
  }

  private List<Destination> pools(double all) {
    double[] parts = new double[clusters];
    double sum = 0;
    for (int j = 0; j < clusters; j++) {
      parts[j] = j > 0 && random.nextDouble() < 0.3 ? 0 : 0.2 + random.nextDouble();
      sum += parts[j];
    }
    List<Destination> pools = new ArrayList<>();
    for (int j = 0; j < clusters; j++) {
      double capacity = all / utilisation * parts[j] / sum;
      double idle = 2e6 + 20e6 * random.nextDouble();
      if (capacity > 0) {
        LatencyCurve curve = straight ? straight(idle, capacity) : queue(idle, capacity);
        pools.add(new Destination(cluster(j), true, capacity, 0, curve));
      }
    }
    return pools;
  }

  /** As a queue would: twenty times the idle latency at its capacity. */
  static LatencyCurve queue(double idle, double capacity) {
    return rps -> idle / (1 - 0.95 * Math.min(rps / capacity, 1));
  }

  /** Latency × load is straight below half the capacity, then three times as steep, then ten. */
  static LatencyCurve straight(double idle, double capacity) {
    return rps -> {
      double half = capacity / 2;
      double most = capacity * 7 / 8;
      double money =
          idle
              * (Math.min(rps, half)
                  + 3 * Math.clamp(rps - half, 0, most - half)
                  + 10 * Math.max(0, rps - most));
      return rps > 0 ? money / rps : idle;
    };
  }

  private CallGraph graph() {
    List<ServiceName> names = new ArrayList<>();
    List<CallGraph.Call> calls = new ArrayList<>();
    for (int s = 0; s < services; s++) {
      names.add(service(s));
    }
    for (int s = 1; s < services; s++) {
      int caller = random.nextInt(Math.max(0, s - 5), s);
      calls.add(call(caller, s));
      int other = random.nextInt(0, s);
      if (other != caller && random.nextDouble() < 0.4) {
        calls.add(call(other, s));
      }
    }
    return new CallGraph(names, calls);
  }

  private CallGraph.Call call(int caller, int callee) {
    Map<Integer, Double> ratios = new HashMap<>();
    for (int k = 0; k < classes; k++) {
      ratios.put(k, 0.3 + 1.2 * random.nextDouble());
    }
    return new CallGraph.Call(service(caller), service(callee), ratios, 1);
  }
}
