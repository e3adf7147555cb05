package dev.fairlead.steering.control;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Sources and destinations as fluids in steps of a control period: what exceeds a capacity queues
 * up, measurements err by chance and may come late.
 */
final class Fluid {
  static final double PERIOD = 5;
  private static final double BASE_SECONDS = 0.020;
  private static final double CAPACITY = 1000;
  private static final double SERVERS = 30;

  /**
   * What is played.
   *
   * @param sources independent controllers, each at a place of its own that is the home of one
   *     destination in turn
   * @param demand of all sources together in rps, over seconds
   * @param delayPeriods by which numbers come late, without saying so
   * @param noise relative error of each measured latency
   * @param wayMillis round trip to other destinations than one's own
   */
  record Play(
      int sources,
      int destinations,
      DoubleUnaryOperator demand,
      int delayPeriods,
      double noise,
      double wayMillis,
      int periods) {}

  /**
   * What became of it, after a first quarter to settle.
   *
   * @param oscillation mean of all sources' indices over the last hour
   * @param millis mean latency, the ways included
   * @param worstLoad largest part of a capacity that was sent to it
   */
  record Result(double oscillation, double millis, double worstLoad) {}

  private final Play play;
  private final SplittableRandom random;
  private final List<Controller> controllers = new ArrayList<>();
  private final double[][] shares;
  private final Deque<List<Observation>> late = new ArrayDeque<>();
  private final Topology topology;
  private final double[] queues;

  Fluid(Play play, Objective objective, long seed) {
    this.play = play;
    random = new SplittableRandom(seed);
    queues = new double[play.destinations()];
    shares = new double[play.sources()][play.destinations()];
    for (int s = 0; s < play.sources(); s++) {
      controllers.add(new Controller(objective));
      shares[s][s % play.destinations()] = 1;
    }
    Map<Topology.Way, Topology.RoundTrip> trips = new LinkedHashMap<>();
    for (int s = 0; s < play.sources(); s++) {
      for (int t = 0; t < play.destinations(); t++) {
        trips.put(
            new Topology.Way("s" + s, "d" + t), new Topology.RoundTrip(way(s, t) * 1e9, 0, 0));
      }
    }
    topology = new Topology(Map.of(), PriceList.FREE, trips, List.of(), Set.of());
  }

  private double way(int s, int t) {
    return s % play.destinations() == t ? 0 : play.wayMillis() / 1e3;
  }

  Result run() {
    double oscillation = 0;
    double worst = 0;
    double seconds = 0;
    int first = play.periods() / 4;
    for (int period = 1; period <= play.periods(); period++) {
      double demand = play.demand().applyAsDouble(period * PERIOD) / play.sources();
      double[] loads = loads(demand);
      Served[] served = new Served[loads.length];
      for (int t = 0; t < loads.length; t++) {
        served[t] = serve(t, loads[t]);
      }
      if (period > first) {
        worst = Math.max(worst, Arrays.stream(loads).max().orElse(0) / CAPACITY);
        seconds += meanSeconds(served) / (play.periods() - first);
      }
      oscillation = control(period, demand, loads, served);
    }
    return new Result(oscillation, seconds * 1e3, worst);
  }

  private double[] loads(double demand) {
    double[] loads = new double[play.destinations()];
    for (double[] row : shares) {
      for (int t = 0; t < loads.length; t++) {
        loads[t] += demand * row[t];
      }
    }
    return loads;
  }

  private double meanSeconds(Served[] served) {
    double seconds = 0;
    for (int s = 0; s < play.sources(); s++) {
      for (int t = 0; t < served.length; t++) {
        seconds += shares[s][t] * (served[t].seconds() + way(s, t)) / play.sources();
      }
    }
    return seconds;
  }

  /** A control period of each source; returns the mean oscillation. */
  private double control(int period, double demand, double[] loads, Served[] served) {
    List<Observation> seen = new ArrayList<>();
    for (int s = 0; s < play.sources(); s++) {
      seen.add(observe(s, period, demand, loads, served));
    }
    late.addLast(seen);
    List<Observation> known =
        late.size() > play.delayPeriods() ? late.removeFirst() : late.getFirst();
    long now = (long) (period * PERIOD * 1e9);
    double oscillation = 0;
    for (int s = 0; s < play.sources(); s++) {
      Observation own = new Observation(key(s), now, known.get(s).destinations());
      Controller.Step step =
          controllers.get(s).step(new Observations(now, List.of(own), topology)).get(key(s));
      oscillation += step.oscillation() / play.sources();
      for (Plan.Share share : step.plan().shares()) {
        shares[s][Integer.parseInt(share.destination().substring(1))] = share.share();
      }
    }
    return oscillation;
  }

  private static TrafficKey key(int s) {
    return new TrafficKey(new ServiceName("shop", "cart"), "s" + s, TrafficKey.ANY_CLASS);
  }

  /** What one destination did in a period. */
  private record Served(double rps, double seconds, double queued) {}

  /** Waiting grows as in a queue of many servers; what exceeds the capacity queues up. */
  private Served serve(int t, double load) {
    double before = queues[t];
    double offered = before + load * PERIOD;
    double served = Math.min(offered, CAPACITY * PERIOD);
    queues[t] = offered - served;
    double rho = Math.min(0.97, load / CAPACITY);
    double wait = Math.pow(rho, Math.sqrt(2 * (SERVERS + 1)) - 1) / (1 - rho) / SERVERS;
    double queue = (before + queues[t]) / 2 / CAPACITY;
    return new Served(served / PERIOD, BASE_SECONDS * (1 + wait) + queue, queues[t]);
  }

  private Observation observe(int s, int period, double demand, double[] loads, Served[] served) {
    List<Observation.Destination> rows = new ArrayList<>();
    for (int t = 0; t < loads.length; t++) {
      double rps = demand * shares[s][t];
      double seconds = (served[t].seconds() + way(s, t)) * (1 + play.noise() * gaussian());
      double part = loads[t] > 0 ? rps / loads[t] : 0;
      double busy = (BASE_SECONDS + way(s, t)) * served[t].rps() * part;
      boolean any = rps * PERIOD >= 1;
      double none = Double.NaN;
      rows.add(
          new Observation.Destination(
              "d" + t,
              true,
              0,
              rps,
              served[t].rps() * part,
              busy + served[t].queued() * part,
              any ? 1 : none,
              any ? seconds * 0.84e9 : none,
              any ? seconds * 3.3e9 : none,
              200,
              800,
              none,
              any ? seconds * 1e9 : none,
              10));
    }
    return new Observation(key(s), (long) (period * PERIOD * 1e9), rows);
  }

  private double gaussian() {
    return Math.clamp(random.nextGaussian(), -3, 3);
  }

  static Objective objective(PolicyKind kind, ChangeControl control) {
    return new Objective(kind, Mode.DRIVE, Duration.ofSeconds((long) PERIOD), control);
  }
}
