package dev.fairlead.app.simulate.report;

import dev.fairlead.app.simulate.document.ScenarioDocument;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.simulator.result.Curves;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Summary;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Exchange;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.cost.PriceList;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Made-up results of small scenarios. */
final class Results {
  private static final Summary SOME = new Summary(900, 100, 20, 25.5, 20, 40, 90.25, 130);
  private static final Summary NONE =
      new Summary(0, 7, 7, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  private Results() {}

  static Comparison of(
      String name,
      String description,
      Optional<ScenarioDocument.Point> point,
      List<Expectation> expected) {
    Scenario scenario =
        new Scenario(
            name,
            description,
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            7,
            Duration.ofSeconds(5),
            List.of(new Cluster("east", "us-east")),
            List.of(),
            PriceList.FREE,
            List.of(
                new Service("web", new Law.Fixed(1e6), List.of(new Service.Pods("east", 1, 1, 1)))),
            List.of(new Traffic("east", "web", new Arrivals.Poisson(new Arrivals.PerSecond(100)))),
            List.of(),
            Exchange.DEFAULT,
            List.of(
                Contender.locality("locality"), Contender.balanced("dead", BalancerPolicy.DEFAULT)),
            expected);
    return Comparison.of(
        new ScenarioDocument.Run("file.yaml", scenario, point), List.of(good(), dead()));
  }

  private static Outcome good() {
    return new Outcome(
        "locality",
        SOME,
        Map.of(3, SOME, 6, NONE),
        Map.of("web", SOME),
        1200,
        3,
        1.05,
        0.25,
        0.5,
        2.5,
        1234.5,
        List.of(new Outcome.Egress("us-east/a", "us-west/a", 1 << 20, 0.02)),
        List.of(
            new Outcome.Sent("web", "east", "east", 900),
            new Outcome.Sent("web", "east", "west", 300)),
        new Curves(
            List.of(new Curves.Point(5, SOME, 0.4, 0), new Curves.Point(10, NONE, 0.6, 2.5)),
            List.of(
                new Curves.ShareCurve(
                    "web",
                    "east",
                    "east",
                    List.of(5.0, 10.0),
                    List.of(1.0, Double.NaN),
                    List.of(Double.NaN, Double.NaN)))));
  }

  private static Outcome dead() {
    return new Outcome(
        "dead",
        NONE,
        Map.of(3, NONE),
        Map.of(),
        7,
        0,
        Double.NaN,
        Double.NaN,
        0,
        0,
        0,
        List.of(),
        List.of(),
        new Curves(List.of(), List.of()));
  }
}
