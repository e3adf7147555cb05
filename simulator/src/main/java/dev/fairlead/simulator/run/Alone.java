package dev.fairlead.simulator.run;

import dev.fairlead.balancer.report.Report;
import dev.fairlead.broker.Steered;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.world.Routine;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * Each cluster steers for itself, from what its own callers see: the production's loop without a
 * broker.
 */
final class Alone implements SlowLoop {
  private final List<Loop> loops;

  /**
   * @param steered what each cluster steers together
   */
  Alone(List<Source> sources, Supplier<Topology> topology, List<Steered> steered, long seed) {
    RandomStream phases = new RandomStream(seed, "periods");
    Map<List<String>, List<Source>> together = new LinkedHashMap<>();
    Map<List<String>, Objective> objectives = new LinkedHashMap<>();
    for (Source source : sources) {
      for (Steered group : steered) {
        if (group.services().contains(source.key().service())) {
          List<String> place = List.of(source.key().sourceCluster(), group.name());
          together.computeIfAbsent(place, any -> new ArrayList<>()).add(source);
          objectives.put(place, group.objective());
        }
      }
    }
    List<Loop> made = new ArrayList<>();
    together.forEach(
        (place, group) ->
            made.add(
                new Loop(
                    group,
                    Objects.requireNonNull(objectives.get(place)),
                    topology,
                    phases.nextDouble())));
    loops = List.copyOf(made);
  }

  @Override
  public void schedule(ObjLongConsumer<Routine> at) {
    loops.forEach(loop -> at.accept(loop, loop.firstAt()));
  }

  /** What one cluster steers together: one service, or those of a call graph. */
  private static final class Loop implements Routine {
    private final List<Source> sources;
    private final Controller controller;
    private final Objective objective;
    private final Supplier<Topology> topology;
    private final long period;
    private final double phase;
    private List<Report> last;
    private long stepAt;

    /**
     * @param phase where in a period its own begin: clusters do not beat in time
     */
    Loop(List<Source> sources, Objective objective, Supplier<Topology> topology, double phase) {
      this.sources = sources;
      this.controller = new Controller(objective);
      this.objective = objective;
      this.topology = topology;
      this.period = objective.period().toNanos();
      this.phase = phase;
      this.last = reports();
      this.stepAt = period + (long) (phase * period);
    }

    private List<Report> reports() {
      return sources.stream().map(Source::report).toList();
    }

    private long checkNanos() {
      return Math.max(1, period / Controller.CHECKS_PER_PERIOD);
    }

    long firstAt() {
      return (long) (phase * period) + checkNanos();
    }

    @Override
    public long run(long now) {
      List<Report> reports = reports();
      Observations seen = seen(reports);
      if (now >= stepAt || controller.isUrgent(seen)) {
        stepAt = now + period;
        for (int at = 0; at < reports.size(); at++) {
          sources.get(at).learnClasses(objective.policy(), last.get(at), reports.get(at));
        }
        step(seen(reports));
        last = reports;
      }
      return Math.min(stepAt, now + checkNanos());
    }

    private Observations seen(List<Report> reports) {
      List<Observation> seen = new ArrayList<>();
      for (int at = 0; at < reports.size(); at++) {
        seen.addAll(sources.get(at).between(last.get(at), reports.get(at)));
      }
      return new Observations(reports.getFirst().nanos(), seen, topology.get());
    }

    private void step(Observations seen) {
      Map<TrafficKey, Plan> plans = new LinkedHashMap<>();
      controller.step(seen).forEach((key, step) -> plans.put(key, step.plan()));
      sources.forEach(source -> source.enforce(plans, objective.period(), objective.shedding()));
    }
  }
}
