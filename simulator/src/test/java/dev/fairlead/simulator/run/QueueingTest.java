package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service.Machines;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Service.Slowdown;
import dev.fairlead.simulator.scenario.Traffic;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One pod against the formulas of queueing theory. */
class QueueingTest {
  private static final double SERVICE_MILLIS = 10;
  private static final double SECONDS = 4000;

  private static Outcome run(double rate, Law law, Pods pods) {
    Scenario scenario =
        new Scenarios()
            .clusters("here")
            .service(Scenarios.service("web", law, 60, new Algorithm.Random(), pods))
            .traffic(new Traffic("here", "web", new Arrivals.Poisson(new Arrivals.PerSecond(rate))))
            .lasts(50, SECONDS)
            .build();
    return Simulation.run(scenario, scenario.contenders().get(0));
  }

  /** Erlang's probability that all of {@code servers} are busy, and none may wait. */
  private static double erlangB(int servers, double offered) {
    double blocked = 1;
    for (int server = 1; server <= servers; server++) {
      blocked = offered * blocked / (server + offered * blocked);
    }
    return blocked;
  }

  /** Erlang's probability that a request has to wait. */
  private static double erlangC(int servers, double offered) {
    double blocked = erlangB(servers, offered);
    double use = offered / servers;
    return blocked / (1 - use * (1 - blocked));
  }

  /**
   * How far a mean over the run may be off. Waiting times of a queue of use ρ hang together over
   * some 2/(μ(1−ρ)²), which leaves so many independent ones; their deviation is about their mean.
   * Five deviations.
   */
  private static double bound(double meanMillis, int servers, double use) {
    double hangTogetherSeconds = 2 * SERVICE_MILLIS / 1000 / servers / (1 - use) / (1 - use);
    return 5 * meanMillis * Math.sqrt(hangTogetherSeconds / SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "1, 0.7", "1, 0.9", "4, 0.7", "16, 0.9"})
  void meanTimeInAPodIsErlangs(int workers, double use) {
    double rate = use * workers / SERVICE_MILLIS * 1000;
    double waits = erlangC(workers, use * workers) * SERVICE_MILLIS / workers / (1 - use);
    Outcome outcome =
        run(rate, new Law.Exponential(SERVICE_MILLIS * MS), new Pods("here", 1, workers, 100_000));

    assertThat(outcome.all().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(SERVICE_MILLIS + waits, within(bound(SERVICE_MILLIS + waits, workers, use)));
    assertThat(outcome.all().failed()).isZero();
  }

  /** Pollaczek and Khinchine: without variance the wait is half of the exponential one's. */
  @ParameterizedTest
  @CsvSource({"0.5", "0.8"})
  void fixedServiceTimesHalveTheWait(double use) {
    double rate = use / SERVICE_MILLIS * 1000;
    double expected = SERVICE_MILLIS + SERVICE_MILLIS * use / 2 / (1 - use);
    Outcome outcome =
        run(rate, new Law.Fixed(SERVICE_MILLIS * MS), new Pods("here", 1, 1, 100_000));

    assertThat(outcome.all().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(expected, within(bound(expected, 1, use)));
  }

  /** Erlang B holds for any law of the service time. */
  @ParameterizedTest
  @CsvSource({"1, 0.8", "5, 1.0", "20, 1.2"})
  void withoutAQueueAsManyAreTurnedAwayAsErlangSays(int workers, double use) {
    double rate = use * workers / SERVICE_MILLIS * 1000;
    double expected = erlangB(workers, use * workers);
    double median = logNormalMedian(SERVICE_MILLIS, 4);
    Law law = new Law.LogNormal(median * MS, 4 * median * MS);
    Outcome outcome = run(rate, law, new Pods("here", 1, workers, 0));
    double ratio = 1 - outcome.all().successRatio();
    long ended = outcome.all().completed() + outcome.all().failed();

    // Refusals come in flocks of a busy time: as if there were a tenth of the requests.
    assertThat(ratio)
        .as(Seeds.replay())
        .isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - expected) / (ended / 10.0))));
    assertThat(outcome.all().shed()).isEqualTo(outcome.all().failed());
  }

  /** The median of a log-normal law of a mean, whose 99th percentile is {@code spread} times it. */
  private static double logNormalMedian(double mean, double spread) {
    double sigma = Math.log(spread) / 2.3263478740408408;
    return mean / Math.exp(sigma * sigma / 2);
  }

  /** Processor sharing: T = S/(1−ρ), whatever the law of the work. */
  @ParameterizedTest
  @CsvSource({"0.5", "0.8"})
  void podsOfAMachineShareItsCpu(double use) {
    double rate = use / SERVICE_MILLIS * 1000;
    double expected = SERVICE_MILLIS / (1 - use);
    Machines machine = new Machines(1, 1, 1, new Law.Fixed(0), new Law.Fixed(1e9));
    Pods pods =
        new Pods(
            "here",
            "",
            1,
            10_000,
            0,
            Optional.empty(),
            Slowdown.NONE,
            Optional.of(machine),
            1,
            Optional.empty());
    Outcome outcome = run(rate, new Law.Exponential(SERVICE_MILLIS * MS), pods);

    assertThat(outcome.all().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(expected, within(bound(expected, 1, use)));
  }

  /**
   * A pod that is slower by the rate's power p has a mean of (E[r^p] / R^p) · S, where r is the
   * decaying rate at an arrival, that one included: of mean λ + 1/τ and variance λ/2τ.
   */
  @ParameterizedTest
  @CsvSource({"1, 50", "1, 200", "2, 200"})
  void aPodMaySlowDownByAPowerOfItsRate(int power, double rate) {
    double tau = 5;
    double mean = rate + 1 / tau;
    double variance = rate / (2 * tau);
    double moment = power == 1 ? mean : mean * mean + variance;
    double expected = SERVICE_MILLIS * moment / Math.pow(100, power);
    Pods pods =
        new Pods(
            "here",
            "",
            1,
            10_000,
            0,
            Optional.empty(),
            new Slowdown.ByRate(100, power),
            Optional.empty(),
            1,
            Optional.empty());
    Outcome outcome = run(rate, new Law.Fixed(SERVICE_MILLIS * MS), pods);

    // Rates hang together over 2τ; five deviations.
    double deviation = power * expected * Math.sqrt(variance) / mean;
    assertThat(outcome.all().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(expected, within(5 * deviation * Math.sqrt(2 * tau / SECONDS)));
  }
}
