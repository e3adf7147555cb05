package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static dev.fairlead.simulator.Scenarios.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Curves;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Fault.Target;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Autoscaler;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What faults do, and that nothing of them is left when they are over. */
class FaultsTest {
  private static final Law TEN = new Law.Fixed(10 * MS);

  /** Faults last from the 20th to the 40th second; the service has ten pods, five in a cluster. */
  private static Outcome during(Fault.Effect effect) {
    return run(scenarios(0).fault(20, 20, effect));
  }

  private static Scenarios scenarios(int retries) {
    return new Scenarios()
        .clusters("near", "far")
        .link("near", "far", new Link.Way(Duration.ofMillis(5)))
        .service(service(retries, Optional.empty()))
        .traffic(new Traffic("near", "web", new Arrivals.Poisson(new Arrivals.PerSecond(200))));
  }

  private static Service service(int retries, Optional<Autoscaler> scaler) {
    return new Service(
        "web",
        new Law.Fixed(100),
        new Law.Fixed(100),
        TEN,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        retries,
        BalancerPolicy.DEFAULT.with(new Algorithm.RoundRobin()),
        List.of(new Pods("near", 5, 100, 0), new Pods("far", 5, 100, 0)),
        scaler,
        List.of(),
        false);
  }

  private static Outcome run(Scenarios scenarios) {
    Scenario scenario = scenarios.build();
    return Simulation.run(scenario, scenario.contenders().get(0));
  }

  private static Curves.Point at(Outcome outcome, int second) {
    Curves.Point point = outcome.curves().points().get(second - 1);
    assertThat(point.seconds()).isEqualTo(second);
    return point;
  }

  private static void assertAsUsual(Outcome outcome, int... seconds) {
    for (int second : seconds) {
      assertThat(at(outcome, second).requests().failed()).as("second %d", second).isZero();
      assertThat(at(outcome, second).requests().meanMillis())
          .as("second %d", second)
          .isCloseTo(10, within(1e-9));
    }
  }

  @Test
  void slowPodsAreSlowForTheirTime() {
    Outcome outcome = during(new Fault.Slow(new Target("near", "web"), 5, false));

    assertAsUsual(outcome, 5, 19, 42, 60);
    assertThat(at(outcome, 30).requests().meanMillis()).isCloseTo(50, within(1e-9));
  }

  @Test
  void aDriftGrowsSteadilyAndEnds() {
    Outcome outcome = during(new Fault.Slow(new Target("near", ""), 5, true));

    assertAsUsual(outcome, 19, 42);
    assertThat(at(outcome, 30).requests().meanMillis()).isCloseTo(10 * 2.9, within(1.0));
    assertThat(at(outcome, 40).requests().meanMillis()).isCloseTo(10 * 4.9, within(1.5));
  }

  @Test
  void whatHappensEverySoOftenHappensAgain() {
    Fault fault =
        new Fault(
            seconds(10),
            seconds(5),
            seconds(10),
            new Fault.ServiceTime(new Target("near", "web"), new Law.Fixed(30 * MS)));
    Outcome outcome = run(scenarios(0).fault(fault));

    assertAsUsual(outcome, 9, 17, 27, 37);
    for (int second : new int[] {13, 23, 33, 43}) {
      assertThat(at(outcome, second).requests().meanMillis()).isCloseTo(30, within(1e-9));
    }
  }

  @Test
  void aShareOfThePodsIsTheShareOfTheirRequests() {
    Outcome outcome = during(new Fault.Slow(new Target("near", "", "web", 0.4), 11, false));

    // Two of five by turns take 110 ms.
    assertThat(at(outcome, 30).requests().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(50, within(5 * 50 / Math.sqrt(200)));
  }

  @Test
  void errorsFailTheirShare() {
    Outcome outcome =
        during(new Fault.Errors(new Target("near", "web"), 0.25, Duration.ofMillis(3)));
    double failed = outcome.all().failed() / 4000.0;

    assertAsUsual(outcome, 19, 42);
    assertThat(failed).as(Seeds.replay()).isCloseTo(0.25, within(5 * Math.sqrt(0.19 / 4000)));
    assertThat(outcome.all().shed()).isZero();
  }

  @Test
  void podsThatHangAnswerNoneAndItsCallersTimeOut() {
    Outcome outcome = during(new Fault.Hang(new Target("near", "", "web", 0.2)));

    assertAsUsual(outcome, 19, 43);
    // One of five by turns; a time-out is no reason to leave for round robin.
    assertThat(outcome.all().failed() / 4000.0).isCloseTo(0.2, within(0.02));
    assertThat(at(outcome, 30).requests().meanMillis()).isCloseTo(10, within(1e-9));
  }

  @Test
  void podsThatAreDownAreLeftAndTakenBack() {
    Outcome outcome = during(new Fault.Down(new Target("near", "", "web", 0.4), false));

    // Three refused connections each, what they had in hand, and trials.
    assertThat(outcome.all().failed()).isBetween(6L, 40L);
    assertThat(at(outcome, 30).requests().successRatio()).isGreaterThan(0.97);
    assertAsUsual(outcome, 19, 59);
  }

  @Test
  void aRetryHidesARefusedConnection() {
    Fault.Effect down = new Fault.Down(new Target("near", "", "web", 0.4), false);
    Outcome outcome = run(scenarios(1).fault(20, 20, down));

    // But what they had in hand is lost and not sent again: nobody knows whether it was done. Of
    // some 0.8 requests in hand on average 8 is out of chance's reach.
    assertThat(outcome.all().failed()).isLessThanOrEqualTo(8);
    assertThat(outcome.attempts()).isGreaterThan(1);
  }

  @Test
  void aLostClusterIsLeftForTheOther() {
    Outcome outcome = during(new Fault.Down(new Target("near", "web"), true));

    assertAsUsual(outcome, 19, 59);
    assertThat(at(outcome, 35).requests().meanMillis()).isCloseTo(20, within(0.5));
    assertThat(at(outcome, 35).requests().successRatio()).isGreaterThan(0.97);
  }

  @Test
  void aLinkThatIsCutOneWayLosesTheAnswers() {
    Link.End near = new Link.End("near");
    Link.End far = new Link.End("far");
    Scenarios scenarios =
        new Scenarios()
            .clusters("near", "far")
            .link("near", "far", new Link.Way(Duration.ofMillis(5)))
            .service(
                Scenarios.service(
                    "web", TEN, 1, new Algorithm.RoundRobin(), new Pods("far", 5, 100, 0)))
            .traffic(new Traffic("near", "web", new Arrivals.Poisson(new Arrivals.PerSecond(200))))
            .fault(20, 10, new Fault.Worse(far, near, Duration.ZERO, 0, 1, true))
            .fault(40, 10, new Fault.Worse(near, far, Duration.ofMillis(30), 0, 1, false))
            .lasts(0, 100);
    Outcome outcome = run(scenarios);

    assertThat(at(outcome, 19).requests().meanMillis()).isCloseTo(20, within(1e-9));
    assertThat(at(outcome, 25).requests().completed()).isZero();
    assertThat(at(outcome, 35).requests().meanMillis()).isCloseTo(20, within(1e-9));
    assertThat(at(outcome, 45).requests().meanMillis()).isCloseTo(50, within(1e-9));
    assertThat(at(outcome, 55).requests().meanMillis()).isCloseTo(20, within(1e-9));
  }

  @Test
  void podsComeAndGoByScript() {
    Outcome outcome = run(scenarios(0).fault(20, 20, new Fault.Scale("near", "web", -5)));

    assertAsUsual(outcome, 19, 42);
    assertThat(at(outcome, 30).requests().meanMillis()).isCloseTo(20, within(1e-9));
    assertThat(outcome.all().failed()).isZero();
  }

  /** Twice the load from the 60th second on: twice the pods, and fewer when it is over. */
  @Test
  void anAutoscalerFollowsTheLoadAfterItsDelay() {
    Autoscaler scaler = new Autoscaler(0.5, seconds(5), seconds(10), seconds(20), 1, 50);
    Service service =
        new Service(
            "web",
            new Law.Fixed(100),
            new Law.Fixed(100),
            new Law.Exponential(100 * MS),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            0,
            BalancerPolicy.DEFAULT.with(new Algorithm.LeastRequest()),
            List.of(new Pods("near", 10, 4, 1000)),
            Optional.of(scaler),
            List.of(),
            false);
    Scenario scenario =
        new Scenarios()
            .clusters("near")
            .service(service)
            .traffic(
                new Traffic(
                    new Traffic.At("near", ""),
                    "web",
                    3,
                    new Arrivals.Poisson(new Arrivals.PerSecond(200)),
                    new Shape.Steps(
                        List.of(new Shape.Step(seconds(60), 2), new Shape.Step(seconds(150), 0.5))),
                    Optional.empty()))
            .lasts(0, 300)
            .build();
    Run run = new Run(scenario, scenario.contenders().get(0), Seeds.SEED);

    assertThat(podsAt(run, 55)).as(Seeds.replay()).isBetween(9, 12);
    assertThat(podsAt(run, 69)).as("within the delay").isBetween(9, 12);
    assertThat(podsAt(run, 140)).as(Seeds.replay()).isBetween(18, 23);
    assertThat(podsAt(run, 165)).as("no hurry downwards").isBetween(18, 23);
    assertThat(podsAt(run, 300)).as(Seeds.replay()).isBetween(4, 7);
  }

  private static int podsAt(Run run, double seconds) {
    run.until((long) (seconds * 1e9), part -> {});
    return run.pods("web");
  }
}
