package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Cluster.Position;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CrowdTest {
  private static Cluster at(String name, double x) {
    return new Cluster(name, name, List.of(name), Optional.of(new Position(x, 0)));
  }

  /** Users around x = 0 and x = 100 with a deviation of 25: clusters at 0, 50 and 100. */
  @Test
  void usersEnterAtTheNearestCluster() {
    Traffic.Spread spread =
        new Traffic.Spread(
            List.of(
                new Traffic.Centre(new Position(0, 0), 3, 25),
                new Traffic.Centre(new Position(100, 0), 1, 25)));
    Scenarios scenarios =
        new Scenarios()
            .cluster(at("left", 0))
            .cluster(at("middle", 50))
            .cluster(at("right", 100))
            .service(
                Scenarios.service(
                    "web",
                    new Law.Fixed(MS),
                    1,
                    Algorithm.DEFAULT,
                    new Pods("left", 1, 100, 0),
                    new Pods("middle", 1, 100, 0),
                    new Pods("right", 1, 100, 0)))
            .traffic(
                new Traffic(
                    spread,
                    "web",
                    3,
                    new Arrivals.Poisson(new Arrivals.PerSecond(1000)),
                    new Shape.Steady(),
                    Optional.empty()));
    for (String[] pair :
        new String[][] {{"left", "middle"}, {"left", "right"}, {"middle", "right"}}) {
      scenarios.link(pair[0], pair[1], new Link.Way(Duration.ofMillis(10)));
    }
    Scenario scenario = scenarios.build();
    Outcome outcome = Simulation.run(scenario, scenario.contenders().get(0));
    Map<String, Double> share =
        outcome.egress().stream()
            .collect(
                Collectors.toMap(
                    each -> each.to().split("/")[0],
                    each -> each.bytes() / 17.0 / 1024 / outcome.started(),
                    Double::sum));

    // Φ(1) = 0.8413 of the users around a cluster are on its side of the border at 25; all bytes
    // stay in the cluster, so that they tell how many there are. Sampling of 20 000 users, and of
    // the requests.
    double error = 5 * Math.sqrt(0.25 / 20_000 + 0.25 / outcome.started());
    assertThat(share.get("left")).as(Seeds.replay()).isCloseTo(0.75 * 0.8413, within(error));
    assertThat(share.get("right")).as(Seeds.replay()).isCloseTo(0.25 * 0.8413, within(error));
    assertThat(share.get("middle")).as(Seeds.replay()).isCloseTo(0.1587, within(error));
  }
}
