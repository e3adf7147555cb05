package dev.fairlead.simulator.run;

import dev.fairlead.balancer.report.Report;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.world.Routine;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * Each cluster steers each service for itself, from what its own callers see: the production's loop
 * without a broker.
 */
final class Alone implements SlowLoop {
  private final List<Loop> loops;

  Alone(List<Source> sources, Supplier<Topology> topology, Objective objective, long seed) {
    RandomStream phases = new RandomStream(seed, "periods");
    loops =
        sources.stream()
            .map(source -> new Loop(source, objective, topology, phases.nextDouble()))
            .toList();
  }

  @Override
  public void schedule(ObjLongConsumer<Routine> at) {
    loops.forEach(loop -> at.accept(loop, loop.firstAt()));
  }

  /** One service from one cluster. */
  private static final class Loop implements Routine {
    private final Source source;
    private final Controller controller;
    private final Objective objective;
    private final Supplier<Topology> topology;
    private final long period;
    private final double phase;
    private Report last;
    private long stepAt;

    /**
     * @param phase where in a period its own begin: clusters do not beat in time
     */
    Loop(Source source, Objective objective, Supplier<Topology> topology, double phase) {
      this.source = source;
      this.controller = new Controller(objective);
      this.objective = objective;
      this.topology = topology;
      this.period = objective.period().toNanos();
      this.phase = phase;
      this.last = source.report();
      this.stepAt = period + (long) (phase * period);
    }

    private long checkNanos() {
      return Math.max(1, period / Controller.CHECKS_PER_PERIOD);
    }

    long firstAt() {
      return (long) (phase * period) + checkNanos();
    }

    @Override
    public long run(long now) {
      Report report = source.report();
      Observations seen =
          new Observations(report.nanos(), source.between(last, report), topology.get());
      if (now >= stepAt || controller.isUrgent(seen)) {
        stepAt = now + period;
        source.learnClasses(objective.policy(), last, report);
        step(new Observations(report.nanos(), source.between(last, report), seen.topology()));
        last = report;
      }
      return Math.min(stepAt, now + checkNanos());
    }

    private void step(Observations seen) {
      Map<TrafficKey, Plan> plans = new LinkedHashMap<>();
      controller.step(seen).forEach((key, step) -> plans.put(key, step.plan()));
      source.enforce(plans, objective.period());
    }
  }
}
