package dev.fairlead.steering.optimize;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the calls of all services are served, what that costs, and how good it is. Immutable. */
public final class CallAllocation {
  /**
   * How far from the best the plan can be, before exploring, in the objective's money (for {@code
   * COST} and {@code PERFORMANCE}, what counts second is in it at a thousandth).
   *
   * @param cost money per second of the plan, what it sheds at prices that come after all else
   * @param shedCost the part of the cost for what it sheds
   * @param bound no plan costs less
   * @param rounds of the interior point
   */
  public record Certificate(double cost, double shedCost, double bound, int rounds) {
    // Of sums over all that is served and shed.
    private static final double ROUNDING = 1e-12;

    /** Part of what serving costs by which a plan may be cheaper at most; 0 is the optimum. */
    public double gap() {
      double lost = cost - bound;
      return lost <= ROUNDING * cost ? 0 : lost / Math.max(cost - shedCost, ROUNDING * cost);
    }
  }

  /**
   * One pool's load.
   *
   * @param rps in normalised work, without the background
   * @param overRps how much of it exceeds the capacity
   * @param latencyNanos at the whole load
   * @param price what one unit of work more costs everybody, in the objective's money
   */
  public record Load(double rps, double overRps, double latencyNanos, double price) {}

  /**
   * What a request costs on average by this plan, beyond being where it is.
   *
   * @param nanos of latency
   * @param dollars for bytes
   */
  public record Downstream(double nanos, double dollars) {
    static final Downstream NONE = new Downstream(0, 0);
  }

  /** A limit that binds, and whose: see {@link Binding}; the words name the service. */
  public record Limit(ServiceName service, Binding binding) {}

  private final HopModel model;
  private final HopPlan plan;
  private final Certificate certificate;
  private final double[] prices;
  private final List<Limit> limits;
  private final Allocation.Terms terms;
  private final Map<ServiceName, Integer> services = new HashMap<>();
  private final Map<String, Integer> clusters = new HashMap<>();
  private final Map<Integer, Integer> classes = new HashMap<>();

  /** By service and class, then cluster: of a request once it is served there, its calls alone. */
  private final Downstream[][][] below;

  CallAllocation(
      HopModel model, HopPlan plan, double[] prices, Certificate certificate, List<Limit> limits) {
    this.model = model;
    this.plan = plan;
    this.prices = prices;
    this.certificate = certificate;
    this.limits = limits;
    for (int i = 0; i < model.services; i++) {
      services.put(model.situation.graph().services().get(i), i);
    }
    for (int i = 0; i < model.clusters; i++) {
      clusters.put(model.situation.clusters().get(i), i);
    }
    for (int i = 0; i < model.classes; i++) {
      classes.put(model.situation.classes().get(i), i);
    }
    below = new Downstream[model.services][model.classes][model.clusters];
    for (int service = model.services - 1; service >= 0; service--) {
      for (int k = 0; k < model.classes; k++) {
        for (int cluster = 0; cluster < model.clusters; cluster++) {
          below[service][k][cluster] = below(service, k, cluster);
        }
      }
    }
    terms = addUp();
  }

  HopPlan plan() {
    return plan;
  }

  double[] prices() {
    return prices;
  }

  public CallSituation situation() {
    return model.situation;
  }

  public Certificate certificate() {
    return certificate;
  }

  /** Without which the plan would cost less before exploring: the dearest first. */
  public List<Limit> limits() {
    return limits;
  }

  public Allocation.Terms terms() {
    return terms;
  }

  /** Part of a service's requests from a cluster that goes to another; with what is shed 1. */
  public double share(ServiceName service, String from, int trafficClass, String to) {
    int way = cluster(from) * model.clusters + cluster(to);
    return plan.shares()[service(service)][trafficClass(trafficClass)][way];
  }

  /** Part of a service's requests from a cluster that nobody has room for. */
  public double shed(ServiceName service, String from, int trafficClass) {
    return plan.shedShares()[service(service)][trafficClass(trafficClass)][cluster(from)];
  }

  /** Requests per second for a service from a cluster, from outside and from its callers. */
  public double asked(ServiceName service, String from, int trafficClass) {
    return plan.asks()[service(service)][trafficClass(trafficClass)][cluster(from)];
  }

  public double rps(ServiceName service, String from, int trafficClass, String to) {
    return asked(service, from, trafficClass) * share(service, from, trafficClass, to);
  }

  /** A pool's load; 0 where there is none. */
  public Load load(ServiceName service, String cluster) {
    int pool = service(service) * model.clusters + cluster(cluster);
    Destination one = model.pools[pool];
    double load = plan.loads()[pool];
    if (one == null) {
      return new Load(load, load, 0, 0);
    }
    double nanos = HopModel.seconds(one, one.backgroundRps() + load) * 1e9;
    return new Load(load, Math.max(0, load - model.room[pool]), nanos, prices[pool]);
  }

  /** What the calls of a request cost on average once it is served in a cluster. */
  public Downstream downstream(ServiceName service, int trafficClass, String cluster) {
    return below[service(service)][trafficClass(trafficClass)][cluster(cluster)];
  }

  /** The part of {@link #downstream} for the calls to one service. */
  public Downstream downstream(
      ServiceName service, int trafficClass, String cluster, ServiceName callee) {
    int number = service(service);
    for (int c = 0; c < model.callees[number].length; c++) {
      if (model.callees[number][c] == service(callee)) {
        return below(number, c, trafficClass(trafficClass), cluster(cluster));
      }
    }
    return Downstream.NONE;
  }

  private int service(ServiceName name) {
    return number(services.get(name), "service", name);
  }

  private int cluster(String name) {
    return number(clusters.get(name), "cluster", name);
  }

  private int trafficClass(int name) {
    return number(classes.get(name), "class", name);
  }

  private static int number(@Nullable Integer number, String what, Object name) {
    if (number == null) {
      throw new IllegalArgumentException("the situation has no " + what + " " + name);
    }
    return number;
  }

  private Downstream below(int service, int k, int cluster) {
    double nanos = 0;
    double dollars = 0;
    for (int c = 0; c < model.callees[service].length; c++) {
      Downstream one = below(service, c, k, cluster);
      nanos += one.nanos();
      dollars += one.dollars();
    }
    return new Downstream(nanos, dollars);
  }

  private Downstream below(int service, int c, int k, int cluster) {
    int callee = model.callees[service][c];
    double ratio = model.ratios[service][c][k];
    double nanos = 0;
    double dollars = 0;
    for (int to = 0; to < model.clusters; to++) {
      int way = cluster * model.clusters + to;
      double calls = ratio * plan.shares()[callee][k][way];
      Way between = model.ways[callee][k][way];
      if (calls > 0 && between != null) {
        Downstream further = below[callee][k][to];
        nanos += calls * (between.nanos() + latency(callee, to) + further.nanos());
        dollars += calls * (between.dollars() + further.dollars());
      }
    }
    return new Downstream(nanos, dollars);
  }

  private double latency(int service, int cluster) {
    int pool = service * model.clusters + cluster;
    Destination one = model.pools[pool];
    return one == null ? 0 : HopModel.seconds(one, one.backgroundRps() + plan.loads()[pool]) * 1e9;
  }

  private Allocation.Terms addUp() {
    double nanos = 0;
    double waiting = 0;
    double dollars = 0;
    double overflow = 0;
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        double price = model.valuation.shedDollars(model.situation.classes().get(k));
        for (int from = 0; from < model.clusters; from++) {
          double asks = plan.asks()[service][k][from];
          overflow += asks * plan.shedShares()[service][k][from] * price;
          for (int to = 0; to < model.clusters; to++) {
            int way = from * model.clusters + to;
            Way between = model.ways[service][k][way];
            double rps = asks * plan.shares()[service][k][way];
            if (between != null && rps > 0) {
              double wait = rps * latency(service, to);
              nanos += rps * between.nanos() + wait;
              waiting += wait;
              dollars += rps * between.dollars();
            }
          }
        }
      }
    }
    for (int pool = 0; pool < plan.loads().length; pool++) {
      double over = Math.max(0, plan.loads()[pool] - model.room[pool]);
      overflow += over * model.valuation.overloadDollars();
    }
    double perNano = model.valuation.dollarsPerRequestSecond() / 1e9;
    return new Allocation.Terms(nanos / 1e9, nanos * perNano, waiting * perNano, dollars, overflow);
  }
}
