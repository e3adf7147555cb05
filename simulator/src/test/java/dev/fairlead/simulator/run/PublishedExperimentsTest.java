package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service.Machines;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Service.Slowdown;
import dev.fairlead.simulator.scenario.Traffic;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Experiments whose outcome is published: T1 is Linkerd's "Beyond round robin" (2016), T2 is
 * Finagle's comparison of its balancers. "Least loaded" is there the less loaded of two draws.
 */
class PublishedExperimentsTest {
  static Stream<Arguments> successRates() {
    return Stream.of(
        Arguments.of(new Algorithm.RoundRobin(), 0.95, 0.01),
        Arguments.of(Algorithm.P2c.DEFAULT, 0.99, 0.007),
        Arguments.of(Algorithm.PeakEwma.DEFAULT, 0.999, 0.001));
  }

  /** T1: eleven endpoints, of which one takes two seconds for half of the time. */
  @ParameterizedTest
  @MethodSource("successRates")
  void successWithinASecond(Algorithm algorithm, double expected, double tolerance) {
    Law usual = new Law.Uniform(162 * MS, 172 * MS);
    Scenario scenario =
        new Scenarios()
            .clusters("here")
            .service(Scenarios.service("web", usual, 1, algorithm, new Pods("here", 11, 10_000, 0)))
            .traffic(new Traffic("here", "web", new Arrivals.Poisson(new Arrivals.PerSecond(1000))))
            .fault(
                15,
                30,
                new Fault.ServiceTime(
                    new Fault.Target("here", "", "web", 1.0 / 11), new Law.Fixed(2000 * MS)))
            .build();
    Outcome outcome = Simulation.run(scenario, scenario.contenders().get(0));

    assertThat(outcome.all().successRatio())
        .as(Seeds.replay())
        .isCloseTo(expected, within(tolerance));
  }

  static Stream<Arguments> tails() {
    return Stream.of(
        Arguments.of(Algorithm.PeakEwma.DEFAULT, 5.0, 96.0, 105.0),
        Arguments.of(Algorithm.P2c.DEFAULT, Double.NaN, Double.NaN, 860.0),
        Arguments.of(new Algorithm.RoundRobin(), Double.NaN, Double.NaN, 990.0));
  }

  /** T2: ten endpoints that take up to 1, 10, 100 and 1000 ms; 50 requests at a time. */
  @ParameterizedTest
  @MethodSource("tails")
  void latencyOfTenUnequalEndpoints(Algorithm algorithm, double p50, double p99, double p999) {
    Law usual = new Law.Uniform(0, 1 * MS);
    Scenario scenario =
        new Scenarios()
            .clusters("here")
            .service(
                Scenarios.service(
                    "web",
                    usual,
                    60,
                    algorithm,
                    upTo(1, 1),
                    upTo(4, 10),
                    upTo(4, 100),
                    upTo(1, 1000)))
            .traffic(
                new Traffic(
                    "here",
                    "web",
                    new Arrivals.Users(50, new Law.Fixed(0), OptionalLong.of(50_000))))
            .lasts(0, 1000)
            .build();
    Outcome outcome = Simulation.run(scenario, scenario.contenders().get(0));

    assertThat(outcome.all().completed()).isEqualTo(50_000);
    // The 50 slowest of 50 000 are a sample of 50: the percentile itself is good to 7 % or so.
    assertThat(outcome.all().p999Millis()).as(Seeds.replay()).isCloseTo(p999, within(0.07 * p999));
    if (p50 > 0) {
      assertThat(outcome.all().p50Millis()).as(Seeds.replay()).isCloseTo(p50, within(0.5));
      assertThat(outcome.all().p99Millis()).as(Seeds.replay()).isCloseTo(p99, within(2.0));
    }
  }

  private static Pods upTo(int count, double millis) {
    return new Pods(
        "here",
        "",
        count,
        10_000,
        0,
        Optional.of(new Law.Uniform(0, millis * MS)),
        Slowdown.NONE,
        Optional.empty(),
        1,
        Optional.empty());
  }

  /**
   * T4, of Prequal's paper (2024): replicas that burst into what antagonists leave of their
   * machines' CPU. Up to a little above what is allocated to them nobody fails; far above, weights
   * by reported use of the allocation fail many a request where probes still find room. Here ten
   * replicas have a core each of machines of 25, and antagonists want 0 to 15, anew each 5 s or so.
   */
  @Test
  void weightsByUseFailWhereProbesFindRoom() {
    assertThat(failures(new Algorithm.WrrReported(LoadWeighting.DEFAULT), 1.03)).isZero();
    assertThat(failures(Algorithm.Prequal.DEFAULT, 1.03)).isZero();
    double byUse = failures(new Algorithm.WrrReported(LoadWeighting.DEFAULT), 1.57);
    double byProbes = failures(Algorithm.Prequal.DEFAULT, 1.57);

    // The order is what is published. The levels depend on what the antagonists happen to want: by
    // seed 1 % to 22 % fail by use, and 0 % to 2.5 % by probes, at least four times fewer.
    assertThat(byUse).as(Seeds.replay()).isGreaterThan(0.005).isGreaterThan(2 * byProbes);
    assertThat(byProbes).as(Seeds.replay()).isLessThan(0.05);
  }

  private static double failures(Algorithm algorithm, double load) {
    Machines machines =
        new Machines(10, 25, 1, new Law.Uniform(0, 15), new Law.Exponential(5000 * MS));
    Pods pods =
        new Pods(
            "here",
            "",
            40,
            10_000,
            0,
            Optional.empty(),
            Slowdown.NONE,
            Optional.of(machines),
            1,
            Optional.empty());
    Scenario scenario =
        new Scenarios()
            .clusters("here")
            .service(
                Scenarios.service(
                    "web", new Law.TruncatedNormal(80 * MS, 80 * MS), 5, algorithm, pods))
            .traffic(new Traffic("here", "web", new Arrivals.Poisson(new Arrivals.Load(load))))
            .lasts(30, 120)
            .build();
    return 1 - Simulation.run(scenario, scenario.contenders().get(0)).all().successRatio();
  }
}
