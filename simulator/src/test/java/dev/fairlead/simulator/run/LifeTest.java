package dev.fairlead.simulator.run;

import static dev.fairlead.simulator.Scenarios.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.simulator.Scenarios;
import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Call;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Shape;
import dev.fairlead.simulator.scenario.Trace;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.cost.PriceList;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one request meets with, where all but one thing is fixed. */
class LifeTest {
  private static final Law TEN = new Law.Fixed(10 * MS);
  private static final Pods AMPLE_NEAR = new Pods("near", 1, 10_000, 0);
  private static final Pods AMPLE_FAR = new Pods("far", 1, 10_000, 0);

  private static Traffic poisson(double rate) {
    return new Traffic("near", "web", new Arrivals.Poisson(new Arrivals.PerSecond(rate)));
  }

  private static Service web(Pods... pods) {
    return Scenarios.service("web", TEN, 60, new Algorithm.Random(), pods);
  }

  private static Outcome run(Scenarios scenarios) {
    Scenario scenario = scenarios.build();
    return Simulation.run(scenario, scenario.contenders().get(0));
  }

  private static Scenarios farAway(Link.Way way) {
    return new Scenarios()
        .clusters("near", "far")
        .link("near", "far", way)
        .service(web(AMPLE_FAR))
        .traffic(poisson(200));
  }

  @Test
  void aRequestTakesTheWayThereItsServiceAndTheWayBack() {
    Outcome outcome = run(farAway(new Link.Way(Duration.ofMillis(30))));

    assertThat(outcome.all().meanMillis()).isCloseTo(70, within(1e-9));
    assertThat(outcome.crossClusterRatio()).isEqualTo(1);
    assertThat(outcome.attempts()).isCloseTo(1, within(1e-12));
  }

  @Test
  void jitterSpreadsEachWayByAsMuchAsItSays() {
    Outcome outcome =
        run(
            farAway(
                new Link.Way(
                    Duration.ofMillis(30), Duration.ofMillis(9), 0, Double.POSITIVE_INFINITY)));
    double deviation = 18 / Math.sqrt(6);

    // Two uniform ways of ± 9 ms make a triangle from 52 to 88 ms.
    assertThat(outcome.all().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(70, within(5 * deviation / Math.sqrt(outcome.all().completed())));
    assertThat(outcome.all().p999Millis()).isBetween(86.0, 88.8);
  }

  @ParameterizedTest
  @CsvSource({"0.01", "0.1"})
  void aLostMessageComesLaterByARetransmission(double loss) {
    Outcome outcome =
        run(
            farAway(
                new Link.Way(
                    Duration.ofMillis(30), Duration.ZERO, loss, Double.POSITIVE_INFINITY)));
    // k losses in a row cost 200 (2^k − 1) ms; six break the connection.
    double late = 0;
    for (int k = 1; k < 6; k++) {
      late += (1 - loss) * Math.pow(loss, k) * 200 * ((1 << k) - 1);
    }
    double deviation = Math.sqrt(2 * loss) * 400;

    assertThat(outcome.all().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(70 + 2 * late, within(5 * deviation / Math.sqrt(outcome.all().completed())));
  }

  @Test
  void messagesQueueForTheBandwidth() {
    // 200 answers of 16 KiB a second through 4 MiB a second: 78 % busy, 4 ms each.
    Outcome outcome =
        run(farAway(new Link.Way(Duration.ofMillis(30), Duration.ZERO, 0, 4 * 1024.0 * 1024)));
    double each = 16 * 1024 / (4 * 1024 * 1024.0) * 1000;
    double use = 200 * each / 1000;
    double waits = each * use / 2 / (1 - use);
    double request = each / 16;
    double mean = 70 + each + waits + request;

    // A queue without variance in its service; the requests' own queue is nearly empty.
    assertThat(outcome.all().meanMillis()).as(Seeds.replay()).isCloseTo(mean, within(2.0));
    assertThat(waits).isGreaterThan(5);
  }

  @Test
  void bytesBothWaysAreCountedAndPaidFor() {
    PriceList prices =
        new PriceList(
            List.of(
                new PriceList.Price(new Locality("near", "", ""), new Locality("far", "", ""), 0.5),
                new PriceList.Price(
                    new Locality("far", "", ""), new Locality("near", "", ""), 0.25)));
    Outcome outcome = run(farAway(new Link.Way(Duration.ofMillis(30))).prices(prices));
    double requests = outcome.started();
    double gib = 1 << 30;
    double dollars = requests * (1024 * 0.5 + 16 * 1024 * 0.25) / gib;

    // Requests that are on their way at the end have sent their bytes and not got theirs.
    assertThat(outcome.dollarsPerHour()).isCloseTo(60 * dollars, within(0.01 * 60 * dollars));
    assertThat(outcome.egress())
        .extracting(Outcome.Egress::from, Outcome.Egress::to)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("far/fara", "near/neara"),
            org.assertj.core.groups.Tuple.tuple("near/neara", "far/fara"));
  }

  /** An overload of a low and a high class: what does not fit is taken from the low one. */
  @Test
  void theLowestClassIsShedFirstAndTheHighestServedFirst() {
    Outcome outcome =
        run(
            new Scenarios()
                .clusters("near")
                .service(web(new Pods("near", 1, 1, 10)))
                .traffic(classed(1, 80))
                .traffic(classed(4, 40))
                .traffic(classed(6, 30)));
    double highest = outcome.byClass().get(6).meanMillis();

    assertThat(outcome.byClass().get(6).failed()).isZero();
    assertThat(outcome.byClass().get(4).successRatio()).isGreaterThan(0.99);
    // 100 requests a second can be served: 30 are left.
    assertThat(outcome.byClass().get(1).successRatio())
        .as(Seeds.replay())
        .isCloseTo(30 / 80.0, within(0.03));
    assertThat(outcome.byClass().get(1).shed()).isEqualTo(outcome.byClass().get(1).failed());
    // Cobham: half a service under way and its own, then its own queue: 10 + 5 / 0.7.
    assertThat(highest).as(Seeds.replay()).isCloseTo(10 + 5 / 0.7, within(0.6));
    assertThat(outcome.byClass().get(4).meanMillis()).isGreaterThan(highest);
  }

  private static Traffic classed(int trafficClass, double rate) {
    return new Traffic(
        new Traffic.At("near", ""),
        "web",
        trafficClass,
        new Arrivals.Poisson(new Arrivals.PerSecond(rate)),
        new Shape.Steady(),
        Optional.empty());
  }

  @Test
  void aDeadlineEndsTheWaitAndNotTheWork() {
    Service slow =
        new Service(
            "web",
            new Law.Fixed(100),
            new Law.Fixed(100),
            new Law.Uniform(0, 2000 * MS),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            0,
            BalancerPolicy.DEFAULT.with(new Algorithm.Random()),
            List.of(AMPLE_NEAR),
            Optional.empty(),
            List.of(),
            false);
    Outcome outcome = run(new Scenarios().clusters("near").service(slow).traffic(poisson(200)));
    long ended = outcome.all().completed() + outcome.all().failed();

    assertThat(outcome.all().successRatio())
        .as(Seeds.replay())
        .isCloseTo(0.5, within(2.5 / Math.sqrt(ended)));
    assertThat(outcome.all().p999Millis()).isBetween(980.0, 1009.0);
    assertThat(outcome.all().shed()).isZero();
  }

  private static Service calling(boolean parallel, double ratio) {
    return new Service(
        "web",
        new Law.Fixed(100),
        new Law.Fixed(100),
        TEN,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        0,
        BalancerPolicy.DEFAULT,
        List.of(AMPLE_NEAR),
        Optional.empty(),
        List.of(new Call("db", ratio, Optional.empty()), new Call("cache", 1, Optional.of(5))),
        parallel);
  }

  /** A request of 10 ms calls one of 20 ms so often, over a way of 30 ms, and one of 5 ms. */
  @ParameterizedTest
  @CsvSource({"false, 2, 175", "true, 2, 90", "false, 0.5, 55", "true, 0, 15"})
  void callsAddUpInTurnAndOverlapInParallel(boolean parallel, double ratio, double millis) {
    Outcome outcome =
        run(
            new Scenarios()
                .clusters("near", "far")
                .link("near", "far", new Link.Way(Duration.ofMillis(30)))
                .service(calling(parallel, ratio))
                .service(
                    Scenarios.service(
                        "db", new Law.Fixed(20 * MS), 60, new Algorithm.Random(), AMPLE_FAR))
                .service(
                    Scenarios.service(
                        "cache", new Law.Fixed(5 * MS), 60, new Algorithm.Random(), AMPLE_NEAR))
                .traffic(poisson(100)));
    double fraction = ratio % 1;
    double deviation = 80 * Math.sqrt(fraction * (1 - fraction));

    assertThat(outcome.all().meanMillis())
        .as(Seeds.replay())
        .isCloseTo(millis, within(1e-6 + 5 * deviation / Math.sqrt(outcome.all().completed())));
    assertThat(outcome.byService().get("cache").meanMillis()).isCloseTo(5, within(1e-9));
    assertThat(outcome.attempts()).isCloseTo(1, within(0.01));
    long calls =
        outcome.byService().containsKey("db") ? outcome.byService().get("db").completed() : 0;
    assertThat((double) calls / outcome.all().completed())
        .isCloseTo(ratio, within(0.01 + 5 * Math.sqrt(fraction / 4 / outcome.started())));
  }

  @Test
  void usersThinkBetweenTheirRequests() {
    Outcome outcome =
        run(
            new Scenarios()
                .clusters("near")
                .service(web(AMPLE_NEAR))
                .traffic(
                    new Traffic(
                        "near",
                        "web",
                        new Arrivals.Users(
                            100, new Law.Exponential(490 * MS), OptionalLong.empty()))));

    // 100 users, each of whom takes 500 ms for a request: 200 a second.
    assertThat(outcome.started() / 60.0)
        .as(Seeds.replay())
        .isCloseTo(200, within(5 * Math.sqrt(200 / 60.0)));
  }

  @Test
  void aTraceIsReplayedAsItWasRecorded() {
    Trace trace =
        new Trace.Builder()
            .add(0, 6, 17, 100, 200, (long) (25 * MS))
            .add((long) (500 * MS), Trace.UNKNOWN, Trace.UNKNOWN, 100, 200, (long) (35 * MS))
            .build();
    Outcome outcome =
        run(
            new Scenarios()
                .clusters("near")
                .service(web(AMPLE_NEAR))
                .traffic(new Traffic("near", "web", new Arrivals.Replay(trace, true)))
                .lasts(0, 9.9));

    // Again each second: ten times the first, ten times the second.
    assertThat(outcome.byClass()).containsOnlyKeys(3, 6);
    assertThat(outcome.byClass().get(6).completed()).isEqualTo(10);
    assertThat(outcome.byClass().get(6).meanMillis()).isCloseTo(25, within(1e-9));
    assertThat(outcome.byClass().get(3).completed()).isEqualTo(10);
    assertThat(outcome.byClass().get(3).meanMillis()).isCloseTo(35, within(1e-9));
  }
}
