package dev.fairlead.steering.optimize;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A situation and what is wanted in it as numbers: services, clusters and classes by their places
 * in the situation's lists, and one kind of money for all that counts.
 */
final class HopModel {
  // Of what counts first, where the objective puts one before the other: it only breaks ties.
  private static final double SECOND = 1e-3;
  // Halvings until a load at the ceiling is found to rounding.
  private static final int HALVINGS = 50;

  final CallSituation situation;
  final Valuation valuation;
  final int services;
  final int clusters;
  final int classes;

  /** By service × clusters + cluster; null where there is none that may be used. */
  final @Nullable Destination[] pools;

  final int[][] callees;
  final double[][][] ratios;
  final double[][] work;
  final double[][][] demand;

  /** By service and class, from × clusters + to; null where traffic must not or cannot go. */
  final @Nullable Way[][][] ways;

  /** Work per second that a pool may get beside its background. */
  final double[] room;

  private final double turnaround;
  private final double[][] asked;
  private final double[][] waited;
  private final double latencyWeight;
  private final double egressWeight;

  /**
   * @param turnaround money for a second of a whole tree's time, in dollars
   */
  HopModel(CallSituation situation, Valuation valuation, double turnaround) {
    this.situation = situation;
    this.valuation = valuation;
    this.turnaround = turnaround;
    services = situation.graph().services().size();
    clusters = situation.clusters().size();
    classes = situation.classes().size();
    pools = new Destination[services * clusters];
    callees = new int[services][];
    ratios = new double[services][][];
    work = new double[services][classes];
    demand = new double[services][classes][clusters];
    ways = new Way[services][classes][clusters * clusters];
    room = new double[services * clusters];
    asked = new double[services][classes];
    waited = new double[services][classes];
    for (int service = 0; service < services; service++) {
      readTier(service);
    }
    readIngress();
    for (int service = 0; service < services; service++) {
      readCalls(service);
      readWays(service);
    }
    double latency = 0;
    double egress = 0;
    for (int service = 0; service < services; service++) {
      latency = Math.max(latency, largestLatency(service));
      egress = Math.max(egress, largestEgress(service));
    }
    boolean cost = valuation.objective() == Valuation.Objective.COST;
    boolean performance = valuation.objective() == Valuation.Objective.PERFORMANCE;
    latencyWeight = cost && egress > 0 && latency > 0 ? SECOND * egress / latency : 1;
    egressWeight = performance && egress > 0 && latency > 0 ? SECOND * latency / egress : 1;
  }

  ServiceName name(int service) {
    return situation.graph().services().get(service);
  }

  private CallSituation.Tier tier(int service) {
    CallSituation.Tier tier = situation.tiers().get(name(service));
    if (tier == null) {
      throw new IllegalStateException("the situation has checked this");
    }
    return tier;
  }

  private void readTier(int service) {
    CallSituation.Tier tier = tier(service);
    for (int k = 0; k < classes; k++) {
      work[service][k] = tier.work().getOrDefault(situation.classes().get(k), 1.0);
    }
    for (Destination pool : tier.pools()) {
      if (pool.usable()) {
        pools[service * clusters + situation.clusters().indexOf(pool.name())] = pool;
      }
    }
  }

  private void readIngress() {
    Map<ServiceName, Integer> numbers = new HashMap<>();
    for (int service = 0; service < services; service++) {
      numbers.put(name(service), service);
    }
    for (CallSituation.Ingress one : situation.ingress()) {
      int service = numbers.getOrDefault(one.service(), 0);
      int k = situation.classes().indexOf(one.trafficClass());
      demand[service][k][situation.clusters().indexOf(one.cluster())] += one.rps();
      asked[service][k] += one.rps();
      waited[service][k] += one.rps();
    }
  }

  /** Callers come first, so all that is asked of this service is known by now. */
  private void readCalls(int service) {
    List<CallGraph.Call> calls = situation.graph().callsOf(name(service));
    callees[service] = new int[calls.size()];
    ratios[service] = new double[calls.size()][classes];
    for (int c = 0; c < calls.size(); c++) {
      CallGraph.Call call = calls.get(c);
      int callee = situation.graph().services().indexOf(call.callee());
      callees[service][c] = callee;
      for (int k = 0; k < classes; k++) {
        double ratio = call.ratio(situation.classes().get(k));
        ratios[service][c][k] = ratio;
        asked[callee][k] += asked[service][k] * ratio;
        waited[callee][k] += waited[service][k] * ratio * call.waited();
      }
    }
  }

  private void readWays(int service) {
    double[] nearest = new double[clusters];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int k = 0; k < classes; k++) {
      for (int way = 0; way < clusters * clusters; way++) {
        int to = way % clusters;
        Destination pool = pools[service * clusters + to];
        if (pool != null) {
          Way between = between(service, k, way / clusters, to);
          double idle = between.nanos() + seconds(pool, pool.backgroundRps()) * 1e9;
          if (!between.forbidden() && idle <= valuation.ceilingNanos()) {
            ways[service][k][way] = between;
            nearest[to] = Math.min(nearest[to], between.nanos());
          }
        }
      }
    }
    for (int cluster = 0; cluster < clusters; cluster++) {
      int pool = service * clusters + cluster;
      room[pool] = room(pools[pool], mostWork(service), nearest[cluster]);
    }
  }

  /** What lies there, whether it may be used or not. */
  Way between(int service, int k, int from, int to) {
    return tier(service)
        .ways()
        .between(
            situation.clusters().get(from),
            situation.clusters().get(to),
            situation.classes().get(k));
  }

  /** Up to the capacity or the ceiling, and no more than could come. */
  private double room(@Nullable Destination pool, double most, double nearest) {
    if (pool == null) {
      return 0;
    }
    double room = Math.clamp(pool.capacityRps() - pool.backgroundRps(), 0, most);
    double longest = (valuation.ceilingNanos() - nearest) / 1e9;
    if (!(seconds(pool, pool.backgroundRps() + room) > longest)) {
      return room;
    }
    double low = 0;
    double high = room;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      boolean slow = seconds(pool, pool.backgroundRps() + middle) > longest;
      low = slow ? low : middle;
      high = slow ? middle : high;
    }
    return low;
  }

  /** Mean latency at a load; where a curve has no value, or an absurd one, as bad as it gets. */
  static double seconds(Destination pool, double rps) {
    double seconds = pool.curve().nanos(rps) / 1e9;
    return seconds >= 0 && seconds <= Waits.LONGEST_SECONDS ? seconds : Waits.LONGEST_SECONDS;
  }

  /** All the work that is asked of a service, if nothing is shed, in every cluster together. */
  double mostWork(int service) {
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += asked[service][k] * work[service][k];
    }
    return sum;
  }

  /**
   * Money for a second of one of its requests: their own waiting, and the whole tree's as far as it
   * waits for them. Taken as the mean of all that ask, which does not depend on where they go.
   */
  private double perSecond(double asked, double waited) {
    double part = asked > 0 ? waited / asked : 1;
    double money = valuation.dollarsPerRequestSecond() + turnaround * part;
    boolean only = valuation.objective() != Valuation.Objective.MIXED;
    // Where latency is minimised as such, no price of it is needed.
    return only && valuation.dollarsPerRequestSecond() + turnaround == 0 ? 1 : money;
  }

  /** Money for a second of a request that everybody waits for. */
  double dollarsPerSecond() {
    return perSecond(0, 0);
  }

  private double perSecond(int service, int k) {
    return perSecond(asked[service][k], waited[service][k]);
  }

  /** Requests in a unit of work at any of its pools, each worth so much a second. */
  private double poolWeight(int service) {
    double requests = 0;
    double waiting = 0;
    for (int k = 0; k < classes; k++) {
      requests += asked[service][k];
      waiting += waited[service][k];
    }
    double density = requests > 0 ? requests / mostWork(service) : 1;
    return density * perSecond(requests, waiting);
  }

  private double largestLatency(int service) {
    double largest = 0;
    for (int k = 0; k < classes; k++) {
      for (Way way : ways[service][k]) {
        if (way != null) {
          largest = Math.max(largest, way.nanos() / 1e9 * perSecond(service, k));
        }
      }
    }
    for (int pool = service * clusters; pool < (service + 1) * clusters; pool++) {
      Destination one = pools[pool];
      if (one != null) {
        double longest = seconds(one, one.backgroundRps() + room[pool]);
        largest = Math.max(largest, longest * poolWeight(service));
      }
    }
    return largest;
  }

  private double largestEgress(int service) {
    double largest = 0;
    for (Way[] ofClass : ways[service]) {
      for (Way way : ofClass) {
        largest = Math.max(largest, way == null ? 0 : way.dollars());
      }
    }
    return largest;
  }

  /** Money per second for what a pool's load waits, its background's waiting more included. */
  HopPool.Exact wait(int pool) {
    Destination one = pools[pool];
    if (one == null) {
      return load -> 0;
    }
    double background = one.backgroundRps();
    double weight = latencyWeight * poolWeight(pool / clusters);
    double before = background * seconds(one, background);
    return load -> weight * ((background + load) * seconds(one, background + load) - before);
  }

  /** Money for a request's way; +∞ where it must not go. */
  double wayCost(int service, int k, int way) {
    Way between = ways[service][k][way];
    return between == null ? Double.POSITIVE_INFINITY : cost(service, k, between);
  }

  /** Money for a way of one of a service's requests. */
  double cost(int service, int k, Way between) {
    double latency = between.nanos() / 1e9 * perSecond(service, k);
    return latencyWeight * latency + egressWeight * between.dollars();
  }
}
