package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Curves.ShareCurve;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Plans that come about in clusters and at the broker, and what they do to the traffic. */
class SteeringTest {
  /** Three clusters with callers in each; one of them is ten times as slow from 60 s to 120 s. */
  private static Scenarios oneSlow() {
    Scenarios scenarios =
        new Scenarios()
            .clusters("east", "west", "far")
            .link("east", "west", new Link.Way(Duration.ofMillis(10)))
            .link("east", "far", new Link.Way(Duration.ofMillis(25)))
            .link("west", "far", new Link.Way(Duration.ofMillis(25)))
            .service(
                Scenarios.service(
                    "web",
                    new Law.LogNormal(20 * MS, 80 * MS),
                    60,
                    Algorithm.DEFAULT,
                    new Pods("east", 5, 1000, 0),
                    new Pods("west", 5, 1000, 0),
                    new Pods("far", 5, 1000, 0)))
            .fault(60, 60, new Fault.Slow(new Fault.Target("west", "web"), 10, false))
            .lasts(30, 150);
    for (String from : new String[] {"east", "west"}) {
      scenarios.traffic(
          new Traffic(from, "web", new Arrivals.Poisson(new Arrivals.PerSecond(250))));
    }
    return scenarios;
  }

  private static Outcome run(Scenarios scenarios, Contender contender) {
    Scenario scenario = scenarios.build(contender);
    return Simulation.run(scenario, contender);
  }

  private static ShareCurve curve(Outcome outcome, String source, String destination) {
    return outcome.curves().shares().stream()
        .filter(
            each ->
                each.source().startsWith(source + "/") && each.destination().equals(destination))
        .findFirst()
        .orElseThrow();
  }

  /**
   * @param second since the start of the run, of which the first 30 are the warm-up
   */
  private static double planned(Outcome outcome, String source, String destination, int second) {
    return curve(outcome, source, destination).planned().get(second - 31);
  }

  @Test
  void withoutAnObjectiveThereIsNoPlanAndTrafficStaysWhereItIs() {
    Outcome outcome = run(oneSlow(), Contender.locality("locality"));

    assertThat(curve(outcome, "west", "west").planned()).containsOnly(Double.NaN);
    assertThat(curve(outcome, "west", "west").picked()).containsOnly(1.0);
    assertThat(outcome.crossClusterRatio()).isZero();
    assertThat(outcome.oscillationIndex()).isZero();
  }

  @Test
  void eachClusterAloneLeavesTheSlowOneAndComesBack() {
    Outcome outcome = run(oneSlow(), Scenarios.steered(PolicyKind.L3));

    for (String source : new String[] {"east", "west"}) {
      assertThat(planned(outcome, source, "west", 58)).as(Seeds.replay()).isGreaterThan(0.25);
      assertThat(planned(outcome, source, "west", 115)).as(Seeds.replay()).isLessThan(0.15);
      assertThat(planned(outcome, source, "west", 179)).as(Seeds.replay()).isGreaterThan(0.25);
    }
    assertThat(outcome.oscillationIndex()).isPositive();
    assertThat(outcome.brokerBytesPerSecond()).isZero();
  }

  @Test
  void whatIsPickedIsWhatIsPlanned() {
    ShareCurve curve = curve(run(oneSlow(), Scenarios.steered(PolicyKind.EVEN)), "east", "far");

    assertThat(curve.planned()).containsOnly(1.0 / 3);
    double picked = curve.picked().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    assertThat(picked)
        .as(Seeds.replay())
        .isBetween(1.0 / 3 - 5 * bound(250 * 150), 1.0 / 3 + 5 * bound(250 * 150));
  }

  private static double bound(int requests) {
    return Math.sqrt(2.0 / 9 / requests);
  }

  @Test
  void theBrokerPlansForAllAndItsMessagesAreCounted() {
    Outcome often = run(oneSlow().exchange(5, 0.05), Scenarios.central(PolicyKind.L3));
    Outcome seldom = run(oneSlow().exchange(10, 0.05), Scenarios.central(PolicyKind.L3));

    for (String source : new String[] {"east", "west"}) {
      assertThat(planned(often, source, "west", 58)).as(Seeds.replay()).isGreaterThan(0.25);
      assertThat(planned(often, source, "west", 118)).as(Seeds.replay()).isLessThan(0.2);
    }
    assertThat(often.brokerBytesPerSecond())
        .isBetween(1.7 * seldom.brokerBytesPerSecond(), 2.3 * seldom.brokerBytesPerSecond())
        .isGreaterThan(10);
  }

  @Test
  void whileTheBrokerIsLostClustersPlanAlone() {
    Outcome outcome =
        run(oneSlow().fault(20, 0, new Fault.BrokerDown()), Scenarios.central(PolicyKind.L3));

    assertThat(planned(outcome, "east", "west", 58)).as(Seeds.replay()).isGreaterThan(0.25);
    assertThat(planned(outcome, "east", "west", 118)).as(Seeds.replay()).isLessThan(0.2);
  }

  /** Numbers that cannot be are not believed, and the liar plans for itself by what is true. */
  @Test
  void aLiarDoesNotStopTheOthers() {
    Outcome outcome =
        run(
            oneSlow().fault(40, 0, new Fault.LyingTelemetry("west", Double.NEGATIVE_INFINITY)),
            Scenarios.central(PolicyKind.L3));

    assertThat(planned(outcome, "east", "west", 118)).as(Seeds.replay()).isLessThan(0.2);
    assertThat(planned(outcome, "west", "west", 118)).as(Seeds.replay()).isLessThan(0.2);
  }

  /** Stale telemetry freezes a destination's shares: it neither starves nor feeds it. */
  @Test
  void aClusterThatNoLongerReportsKeepsItsShares() {
    Outcome outcome =
        run(
            oneSlow().fault(40, 0, new Fault.StaleTelemetry("west")),
            Scenarios.central(PolicyKind.L3));

    assertThat(planned(outcome, "east", "west", 118))
        .isEqualTo(planned(outcome, "east", "west", 62));
    assertThat(planned(outcome, "west", "west", 118))
        .isEqualTo(planned(outcome, "west", "west", 62));
  }
}
