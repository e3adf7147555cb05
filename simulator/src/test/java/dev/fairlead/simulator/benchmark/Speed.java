package dev.fairlead.simulator.benchmark;

import static dev.fairlead.simulator.Scenarios.MS;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.run.Simulation;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.plan.PolicyKind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long it takes to simulate 10 000 requests a second over 10 clusters of 10 pods each, for so
 * many seconds; for each contender a line: its name, requests, wall and CPU seconds of the thread
 * that simulates, and CPU microseconds a request.
 */
public final class Speed {
  private Speed() {}

  /**
   * @param arguments seconds to simulate
   */
  public static void main(String[] arguments) {
    double seconds = Double.parseDouble(arguments[0]);
    for (Contender contender :
        List.of(
            Contender.locality("locality"),
            Scenarios.steered(PolicyKind.L3),
            Scenarios.central(PolicyKind.L3))) {
      Scenario scenario = tenClusters(seconds).build(contender);
      long start = System.nanoTime();
      long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      Outcome outcome = Simulation.run(scenario, contender);
      double cpu = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu) / 1e9;
      System.out.printf(
          "%s %d %.2f %.2f %.3f%n",
          contender.central() ? "central-" + contender.name() : contender.name(),
          outcome.started(),
          (System.nanoTime() - start) / 1e9,
          cpu,
          cpu * 1e6 / outcome.started());
    }
  }

  private static Scenarios tenClusters(double seconds) {
    String[] names = IntStream.range(0, 10).mapToObj(at -> "c" + at).toArray(String[]::new);
    Scenarios scenarios = new Scenarios().clusters(names).lasts(0, seconds);
    Pods[] pods = new Pods[names.length];
    for (int at = 0; at < names.length; at++) {
      for (int other = 0; other < at; other++) {
        Duration delay = Duration.ofMillis(10 + 3L * (at - other));
        scenarios.link(names[at], names[other], new Link.Way(delay));
      }
      pods[at] = new Pods(names[at], 10, 16, 100);
      scenarios.traffic(
          new Traffic(names[at], "web", new Arrivals.Poisson(new Arrivals.PerSecond(1000))));
    }
    return scenarios.service(
        Scenarios.service("web", new Law.LogNormal(20 * MS, 80 * MS), 5, Algorithm.DEFAULT, pods));
  }
}
