package dev.fairlead.steering.control;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.LatencyHistogram;
import dev.fairlead.balancer.report.LatencySnapshot;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.steering.demand.Demand;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Three clusters in virtual time as in the demo: each one FIFO queue with 32 workers and log-normal
 * service times, Poisson arrivals from west, the production Demand and Controller in the loop.
 */
final class ClusterModel {
  static final TrafficKey KEY =
      new TrafficKey(new ServiceName("shop", "cart"), "west", TrafficKey.ANY_CLASS);
  private static final double RPS = 400;
  private static final double END = 40;
  private static final double SIGMA = Math.log(80.0 / 20.0) / 2.3263;

  /**
   * What befalls the clusters and their caller, in seconds.
   *
   * @param slow west's service times are tenfold
   * @param down central is killed
   * @param stalled the caller, its controller too, neither sends nor hears
   * @param late each answer reaches the caller 300 ms later
   */
  record Script(Span slow, Span down, Span stalled, Span late) {
    static final Script DEMO =
        new Script(new Span(8, 20), new Span(26, 34), Span.NEVER, Span.NEVER);

    static Script stalled(double from, double until) {
      return new Script(Span.NEVER, Span.NEVER, new Span(from, until), Span.NEVER);
    }

    static Script late(double from, double until) {
      return new Script(Span.NEVER, Span.NEVER, Span.NEVER, new Span(from, until));
    }
  }

  record Span(double from, double until) {
    static final Span NEVER = new Span(0, 0);

    boolean holds(double now) {
      return now >= from && now < until;
    }
  }

  /** A control step, at its time. */
  record Stepped(double at, Map<String, Double> shares) {}

  /** What became of a run. */
  record Result(double[] latencies, int failed, List<String> log, List<Stepped> steps) {
    double quantile(double q) {
      return latencies[(int) Math.ceil(q * latencies.length) - 1];
    }
  }

  private record Arrival(
      double at, Cluster cluster, double intended, double sent, boolean failed) {}

  private static final class Cluster {
    final String name;
    final double rtt;
    final double[] freeAt = new double[32];
    final LatencyHistogram histogram = new LatencyHistogram();
    long started;
    long replied;
    long failed;
    boolean up = true;
    boolean seenUp = true;

    Cluster(String name, double rtt) {
      this.name = name;
      this.rtt = rtt;
    }

    double finish(double at, double service) {
      int first = 0;
      for (int worker = 1; worker < freeAt.length; worker++) {
        first = freeAt[worker] < freeAt[first] ? worker : first;
      }
      freeAt[first] = Math.max(at, freeAt[first]) + service;
      return freeAt[first];
    }
  }

  private final Random random;
  private final Controller controller;
  private final double period;
  private final double phase;
  private final int checksPerPeriod;
  private final Script script;
  private final Map<String, Cluster> clusters = new LinkedHashMap<>();
  private final PriorityQueue<Arrival> ends =
      new PriorityQueue<>(Comparator.comparingDouble(Arrival::at));
  private final List<Double> latencies = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final List<Stepped> steps = new ArrayList<>();
  private Map<String, Double> shares = Map.of();
  private int failures;

  ClusterModel(long seed, Objective objective, double phase, int checksPerPeriod, Script script) {
    this.script = script;
    this.checksPerPeriod = checksPerPeriod;
    this.random = new Random(seed);
    this.controller = new Controller(objective);
    this.period = objective.period().toNanos() / 1e9;
    this.phase = phase;
    clusters.put("central", new Cluster("central", 0.020));
    clusters.put("east", new Cluster("east", 0.050));
    clusters.put("west", new Cluster("west", 0));
  }

  Result run() {
    Report last = report(0);
    // The first period is cut short, so that the script's events fall anywhere in one.
    double next = phase > 0 ? phase * period : period;
    int checks = checksPerPeriod;
    double now = 0;
    while (true) {
      now += -Math.log(1 - random.nextDouble()) / RPS;
      while (next <= Math.min(now, END) && !script.stalled().holds(now)) {
        // A look that a stall swallowed comes as the caller wakes, when what waited has been sent.
        double look = script.stalled().holds(next) ? script.stalled().until() : next;
        settle(look);
        outage(look);
        Report report = report(look);
        checks++;
        if (checks >= checksPerPeriod
            || controller.isUrgent(Observations.of(Demand.between(KEY, last, report)))) {
          control(look, last, report);
          last = report;
          checks = 0;
        }
        while (next <= look) {
          next += period / checksPerPeriod;
        }
      }
      if (now >= END) {
        break;
      }
      boolean stalled = script.stalled().holds(now);
      if (!stalled) {
        settle(now);
      }
      outage(now);
      arrive(now, stalled ? script.stalled().until() : now);
    }
    settle(Double.MAX_VALUE);
    double[] sorted = latencies.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return new Result(sorted, failures, log, steps);
  }

  private void outage(double now) {
    Cluster central = clusters.get("central");
    boolean down = script.down().holds(now);
    if (down && central.up) {
      List<Arrival> lost = ends.stream().filter(end -> end.cluster() == central).toList();
      ends.removeAll(lost);
      for (Arrival end : lost) {
        ends.add(new Arrival(now, central, end.intended(), end.sent(), true));
      }
      Arrays.fill(central.freeAt, 0);
    }
    central.up = !down;
    // Three refused connects make an endpoint unreachable: milliseconds.
    central.seenUp = !down;
  }

  private void arrive(double intended, double sent) {
    Cluster cluster = pick();
    double slow = cluster.name.equals("west") && script.slow().holds(sent) ? 10 : 1;
    double late = script.late().holds(sent) ? 0.3 : 0;
    double service = 0.020 * Math.exp(SIGMA * random.nextGaussian()) * slow;
    cluster.started++;
    double end = cluster.finish(sent + cluster.rtt / 2, service) + cluster.rtt / 2 + late;
    ends.add(new Arrival(end, cluster, intended, sent, false));
  }

  /** By the shares over usable clusters; before the first plan the nearest. */
  private Cluster pick() {
    double sum = 0;
    for (Cluster cluster : clusters.values()) {
      sum += cluster.seenUp ? shares.getOrDefault(cluster.name, 0.0) : 0;
    }
    double left = random.nextDouble() * sum;
    for (Cluster cluster : clusters.values()) {
      double share = cluster.seenUp ? shares.getOrDefault(cluster.name, 0.0) : 0;
      left -= share;
      if (left < 0 && share > 0) {
        return cluster;
      }
    }
    return clusters.get("west");
  }

  private void settle(double now) {
    while (!ends.isEmpty() && ends.peek().at() <= now) {
      Arrival end = ends.remove();
      if (end.failed()) {
        end.cluster().failed++;
        failures++;
      } else {
        end.cluster().replied++;
        end.cluster().histogram.record((long) ((end.at() - end.sent()) * 1e9));
        latencies.add(end.at() - end.intended());
      }
    }
  }

  private void control(double now, Report last, Report report) {
    Controller.Step step =
        controller.step(Observations.of(Demand.between(KEY, last, report))).get(KEY);
    Map<String, Double> next = new TreeMap<>();
    for (Plan.Share share : step.plan().shares()) {
      next.put(share.destination(), share.share());
    }
    shares = next;
    steps.add(new Stepped(now, next));
    StringBuilder line = new StringBuilder(String.format("%5.1f s", now));
    next.forEach((name, share) -> line.append(String.format(" %s %4.1f", name, 100 * share)));
    line.append("  ").append(step.why());
    log.add(line.toString());
  }

  private Report report(double now) {
    List<DestinationReport> rows = new ArrayList<>();
    for (Cluster c : clusters.values()) {
      LatencySnapshot latency = c.histogram.snapshot();
      int inFlight = (int) (c.started - c.replied - c.failed);
      rows.add(
          new DestinationReport(
              c.name,
              3,
              c.started,
              c.replied,
              c.failed,
              0,
              inFlight,
              0,
              0,
              latency,
              4,
              c.seenUp ? 4 : 0));
    }
    return new Report(KEY.service(), (long) (now * 1e9), rows);
  }
}
