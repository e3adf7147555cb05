package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static dev.fairlead.simulator.Scenarios.seconds;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Fault.Target;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Autoscaler;
import dev.fairlead.simulator.scenario.Service.Call;
import dev.fairlead.simulator.scenario.Service.Machines;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Service.Slowdown;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A scenario with something of everything: for what must hold whatever happens. */
final class Everything {
  private Everything() {}

  static Scenario scenario() {
    Scenarios scenarios =
        new Scenarios()
            .clusters("east", "west", "far")
            .link(
                "east",
                "west",
                new Link.Way(Duration.ofMillis(10), Duration.ofMillis(2), 0.01, 5e6))
            .link("east", "far", new Link.Way(Duration.ofMillis(60)))
            .link("west", "far", new Link.Way(Duration.ofMillis(70)))
            .prices(
                new PriceList(
                    List.of(
                        price("east", "west", 0.02),
                        price("west", "east", 0.02),
                        price("east", "far", 0.09))))
            .lasts(5, 55);
    services(scenarios);
    traffic(scenarios);
    faults(scenarios);
    return scenarios.build(
        Contender.locality("locality"),
        Scenarios.steered(PolicyKind.L3),
        Contender.balanced("prequal", BalancerPolicy.DEFAULT.with(Algorithm.Prequal.DEFAULT)),
        Contender.oracle("oracle"));
  }

  private static PriceList.Price price(String from, String to, double dollars) {
    return new PriceList.Price(new Locality(from, "", ""), new Locality(to, "", ""), dollars);
  }

  private static void services(Scenarios scenarios) {
    Service web =
        new Service(
            "web",
            new Law.Exponential(2000),
            new Law.Pareto(1000, 1.5),
            new Law.LogNormal(8 * MS, 40 * MS),
            Duration.ofSeconds(1),
            Duration.ofMillis(800),
            2,
            BalancerPolicy.DEFAULT,
            List.of(new Pods("east", 6, 2, 20), new Pods("west", 6, 2, 20), slowing("far")),
            Optional.of(new Autoscaler(0.6, seconds(5), seconds(3), seconds(10), 3, 9)),
            List.of(new Call("db", 1.5, Optional.empty()), new Call("cache", 1, Optional.of(2))),
            true);
    scenarios.service(web);
    scenarios.service(
        Scenarios.service(
            "db",
            new Law.TruncatedNormal(4 * MS, 4 * MS),
            60,
            new Algorithm.LeastRequest(),
            onMachines("east"),
            onMachines("west")));
    scenarios.service(
        Scenarios.service(
            "cache",
            new Law.Exponential(MS),
            60,
            Algorithm.Maglev.DEFAULT,
            new Pods("east", 3, 8, 50)));
  }

  private static Pods slowing(String cluster) {
    return new Pods(
        cluster,
        "",
        4,
        2,
        20,
        Optional.of(new Law.Uniform(5 * MS, 15 * MS)),
        new Slowdown.Filling(0.5, 2),
        Optional.empty(),
        2,
        Optional.empty());
  }

  private static Pods onMachines(String cluster) {
    return new Pods(
        cluster,
        "",
        4,
        50,
        50,
        Optional.empty(),
        Slowdown.NONE,
        Optional.of(new Machines(2, 4, 1, new Law.Uniform(0, 3), new Law.Exponential(500 * MS))),
        1,
        Optional.empty());
  }

  private static void traffic(Scenarios scenarios) {
    Arrivals.Rate rate = new Arrivals.Load(0.1);
    // All but the users' traffic ends before the run does, so that contenders can be compared.
    Shape.Step over = new Shape.Step(Duration.ofSeconds(57), 0);
    scenarios.traffic(
        new Traffic(
            new Traffic.At("east", ""),
            "web",
            5,
            new Arrivals.Poisson(rate),
            new Shape.Steps(List.of(new Shape.Step(Duration.ofSeconds(20), 1.6), over)),
            Optional.of(new Traffic.Keys(100, 1))));
    scenarios.traffic(
        new Traffic(
            new Traffic.At("west", ""),
            "web",
            1,
            new Arrivals.Users(20, new Law.Pareto(50 * MS, 1.6), OptionalLong.empty()),
            new Shape.Noise(Duration.ofSeconds(2), 0.5),
            Optional.empty()));
    scenarios.traffic(
        new Traffic(
            new Traffic.At("far", ""),
            "web",
            3,
            new Arrivals.Uniform(new Arrivals.PerSecond(30)),
            new Shape.Steps(List.of(over)),
            Optional.empty()));
  }

  private static void faults(Scenarios scenarios) {
    scenarios
        .fault(10, 5, new Fault.Slow(new Target("west", "web"), 5, false))
        .fault(12, 10, new Fault.Slow(new Target("", "db"), 3, true))
        .fault(18, 4, new Fault.Down(new Target("west", "", "web", 0.5), false))
        .fault(20, 4, new Fault.Down(new Target("east", "", "web", 0.3), true))
        .fault(26, 4, new Fault.Errors(new Target("far", ""), 0.5, Duration.ofMillis(1)))
        .fault(30, 3, new Fault.Hang(new Target("east", "", "db", 0.25)))
        .fault(
            34,
            3,
            new Fault.Worse(
                new Link.End("east"), new Link.End("west"), seconds(0.05), 0.1, 0.5, false))
        .fault(
            38,
            2,
            new Fault.Worse(new Link.End("west"), new Link.End("east"), seconds(0), 0, 1, true))
        .fault(42, 10, new Fault.Scale("east", "web", -2))
        .fault(45, 5, new Fault.Prices(new PriceList(List.of(price("east", "west", 1)))));
  }
}
