package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.broker.Steered;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A web service in two clusters that asks a database twice for each request, which is in the east
 * only. All users are in the west, and bytes between the clusters cost money.
 */
class CallGraphTest {
  /** One of three attempts crosses if the web's request does, two if its calls do. */
  private static final double ONCE = 1.0 / 3;

  private static final double TWICE = 2.0 / 3;

  private static Scenarios farDatabase() {
    Locality west = new Locality("west", "", "");
    Locality east = new Locality("east", "", "");
    return new Scenarios()
        .clusters("west", "east")
        .link("west", "east", new Link.Way(Duration.ofMillis(30)))
        .prices(
            new PriceList(
                List.of(
                    new PriceList.Price(west, east, 0.02), new PriceList.Price(east, west, 0.02))))
        .service(
            calling(
                new Service(
                    "web",
                    new Law.LogNormal(10 * MS, 40 * MS),
                    List.of(new Pods("west", 2, 8, 100), new Pods("east", 2, 8, 100))),
                false,
                new Service.Call("db", 2, Optional.empty())))
        .service(
            new Service(
                "db", new Law.LogNormal(2 * MS, 10 * MS), List.of(new Pods("east", 2, 8, 100))))
        .traffic(new Traffic("west", "web", new Arrivals.Poisson(new Arrivals.PerSecond(40))))
        .lasts(90, 30);
  }

  private static Service calling(Service plain, boolean inParallel, Service.Call... calls) {
    return new Service(
        plain.name(),
        plain.requestBytes(),
        plain.responseBytes(),
        plain.serviceTime(),
        plain.deadline(),
        plain.successWithin(),
        plain.retries(),
        plain.balancer(),
        plain.pods(),
        plain.autoscaler(),
        List.of(calls),
        inParallel);
  }

  private static Contender contender(PolicyKind kind, boolean central) {
    Objective objective =
        new Objective(
            kind,
            Mode.DRIVE,
            Objective.DEFAULT_PERIOD,
            ChangeControl.DEFAULT,
            Valuation.of(Valuation.Objective.COST, 1e-4),
            Double.NaN);
    return new Contender(kind.id(), Optional.of(objective), Optional.empty(), central, false);
  }

  private static Outcome run(Contender contender) {
    Scenario scenario = farDatabase().build(contender);
    return Simulation.run(scenario, contender);
  }

  /** Each service alone sees that its own bytes are free at home; together they see the calls'. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theWholeTreeMovesToItsDatabaseAndCrossesOnce(boolean central) {
    Outcome each = run(contender(PolicyKind.OPTIMIZED, central));
    Outcome together = run(contender(PolicyKind.MULTI_HOP, central));

    // What is explored crosses the other way.
    assertThat(each.crossClusterRatio()).as(Seeds.replay()).isBetween(TWICE - 0.05, TWICE);
    assertThat(together.crossClusterRatio()).as(Seeds.replay()).isBetween(ONCE, ONCE + 0.05);
    assertThat(together.dollarsPerHour())
        .as(Seeds.replay())
        .isLessThan(0.6 * each.dollarsPerHour());
    assertThat(together.all().p50Millis()).isLessThan(each.all().p50Millis() - 40);
    assertThat(together.all().failed()).isZero();
    assertThat(run(contender(PolicyKind.MULTI_HOP, central))).isEqualTo(together);
  }

  @Test
  void theOracleKnowsWhatCallsTakeFromThere() {
    assertThat(run(Contender.oracle("oracle")).crossClusterRatio())
        .as(Seeds.replay())
        .isBetween(ONCE - 0.01, ONCE + 0.01);
  }

  @Test
  void thoseThatCallAreSteeredTogetherAndOthersForThemselves() {
    List<Pods> pods = List.of(new Pods("west", 1, 1, 0));
    Service fast = new Service("fast", new Law.Fixed(1 * MS), pods);
    Service slow = new Service("slow", new Law.Fixed(9 * MS), pods);
    Service other = new Service("other", new Law.Fixed(1 * MS), pods);
    Service web =
        calling(
            new Service("web", new Law.Fixed(1 * MS), pods),
            true,
            new Service.Call("fast", 1, Optional.empty()),
            new Service.Call("slow", 1.5, Optional.of(0)),
            new Service.Call("slow", 0.5, Optional.empty()));
    List<Service> services = List.of(other, web, fast, slow);
    Objective objective = contender(PolicyKind.MULTI_HOP, false).objective().orElseThrow();

    List<Steered> groups = Groups.of(services, objective);

    assertThat(groups)
        .extracting(Steered::services)
        .containsExactly(
            Set.of(web.serviceName(), fast.serviceName(), slow.serviceName()),
            Set.of(other.serviceName()));
    CallGraph graph = groups.getFirst().objective().callGraph().orElseThrow();
    assertThat(graph.calls())
        .containsExactly(
            // Nobody waits for it: the other is still busy.
            new CallGraph.Call(web.serviceName(), fast.serviceName(), Map.of(-1, 1.0), 0),
            new CallGraph.Call(web.serviceName(), slow.serviceName(), Map.of(-1, 2.0), 0.5));
    assertThat(groups.getLast().objective().callGraph()).isEmpty();
    Objective each = contender(PolicyKind.OPTIMIZED, false).objective().orElseThrow();
    assertThat(Groups.of(services, each)).hasSize(4);
  }
}
