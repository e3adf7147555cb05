package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.Shares;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.world.Routine;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Demand;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * Each cluster steers each service for itself, from what its own callers see: the production's loop
 * without a broker.
 */
final class Alone implements SlowLoop {
  private final Map<Caller, Loop> loops = new LinkedHashMap<>();
  private final List<Loop> all = new ArrayList<>();

  Alone(List<Caller> callers, Supplier<Topology> topology, Objective objective, long seed) {
    Map<List<Integer>, Loop> byCluster = new LinkedHashMap<>();
    RandomStream phases = new RandomStream(seed, "periods");
    for (Caller caller : callers) {
      Loop loop =
          byCluster.computeIfAbsent(
              List.of(caller.cluster, caller.service),
              key -> {
                TrafficKey traffic =
                    new TrafficKey(
                        caller.fleet.service().serviceName(),
                        caller.clusterName,
                        TrafficKey.ANY_CLASS);
                return new Loop(traffic, objective, topology, phases.nextDouble());
              });
      loop.callers.add(caller);
      loops.put(caller, loop);
    }
    all.addAll(byCluster.values());
    all.forEach(Loop::begin);
  }

  @Override
  public void schedule(ObjLongConsumer<Routine> at) {
    all.forEach(loop -> at.accept(loop, loop.firstAt()));
  }

  @Override
  public double planned(Caller caller, String destination) {
    Loop loop = loops.get(caller);
    return loop == null ? Double.NaN : loop.planned(destination);
  }

  @Override
  public double oscillationIndex() {
    return all.stream().mapToDouble(loop -> loop.oscillation).max().orElse(0);
  }

  @Override
  public long bytesShared() {
    return 0;
  }

  /** One service from one cluster. */
  private static final class Loop implements Routine {
    private final TrafficKey key;
    private final Controller controller;
    private final Supplier<Topology> topology;
    private final List<Caller> callers = new ArrayList<>();
    private final long period;
    private final double phase;
    private Report last;
    private long stepAt;
    private double oscillation;
    private Map<String, Double> shares = Map.of();

    /**
     * @param phase where in a period its own begin: clusters do not beat in time
     */
    Loop(TrafficKey key, Objective objective, Supplier<Topology> topology, double phase) {
      this.key = key;
      this.topology = topology;
      this.controller = new Controller(objective);
      this.period = objective.period().toNanos();
      this.phase = phase;
      this.last = new Report(key.service(), 0, List.of());
    }

    private long checkNanos() {
      return Math.max(1, period / Controller.CHECKS_PER_PERIOD);
    }

    void begin() {
      last = report();
      stepAt = period + (long) (phase * period);
    }

    long firstAt() {
      return (long) (phase * period) + checkNanos();
    }

    /** What the callers of all the cluster's zones saw. */
    private Report report() {
      List<DestinationReport> rows = new ArrayList<>();
      long nanos = 0;
      for (Caller caller : callers) {
        ServiceBalancer balancer = caller.balancer;
        if (balancer != null) {
          Report report = balancer.report();
          nanos = report.nanos();
          rows.addAll(report.destinations());
        }
      }
      return new Report(key.service(), nanos, rows);
    }

    @Override
    public long run(long now) {
      if (now >= stepAt) {
        step(now, report());
      } else {
        Report soFar = report();
        if (controller.isUrgent(seen(soFar))) {
          step(now, soFar);
        }
      }
      return Math.min(stepAt, now + checkNanos());
    }

    private void step(long now, Report report) {
      Controller.Step step = controller.step(seen(report)).get(key);
      last = report;
      stepAt = now + period;
      if (step != null) {
        oscillation = step.oscillation();
        enforce(step.plan());
      }
    }

    private Observations seen(Report report) {
      return new Observations(
          report.nanos(), List.of(Demand.between(key, last, report)), topology.get());
    }

    private void enforce(Plan plan) {
      Map<String, Double> wanted = new TreeMap<>();
      for (Plan.Share share : plan.shares()) {
        wanted.merge(share.destination(), share.share(), Double::sum);
      }
      shares = wanted;
      double sum = wanted.values().stream().mapToDouble(Double::doubleValue).sum();
      Optional<Shares> planned = sum > 0 ? Optional.of(new Shares(wanted)) : Optional.empty();
      for (Caller caller : callers) {
        if (caller.balancer != null) {
          caller.balancer.update(planned);
        }
      }
    }

    double planned(String destination) {
      return shares.isEmpty() ? Double.NaN : shares.getOrDefault(destination, 0.0);
    }
  }
}
