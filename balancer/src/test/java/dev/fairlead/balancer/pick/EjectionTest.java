package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.OutlierReason;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.EndpointReport.State;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Outliers, found by what their leases said and avoided by later picks. */
class EjectionTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Spill NO_PANIC = new Spill(140, 0, false);

  /** Exactly so long, without jitter. */
  private static OutlierDetection.Ejection ejection(double maxShare) {
    return new OutlierDetection.Ejection(
        Duration.ofSeconds(30), Duration.ofSeconds(300), 0, maxShare);
  }

  private static OutlierDetection inARow(int failures, double maxShare) {
    return new OutlierDetection(
        failures, INTERVAL, Optional.empty(), Optional.empty(), ejection(maxShare));
  }

  private static Fixture fixture(OutlierDetection outliers, Spill spill) {
    return new Fixture(
        new BalancerPolicy(
                new Algorithm.Random(),
                new LocalityPolicy(
                    LocalityPolicy.Mode.FAILOVER,
                    LocalityPolicy.DEFAULT.preference(),
                    LocalityPolicy.DEFAULT.distribution(),
                    spill))
            .with(outliers));
  }

  private static Fixture fixture(OutlierDetection outliers) {
    return fixture(outliers, NO_PANIC);
  }

  private static State stateOf(Fixture fixture, int port) {
    return fixture.report(port).state();
  }

  private static long ejected(Fixture fixture) {
    return fixture.balancer.endpoints().stream()
        .filter(report -> report.state() == State.EJECTED)
        .count();
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED", "OVERLOADED", "TIMED_OUT", "REFUSED", "RESET"})
  void failuresInARowEjectAndOneReplyBreaksTheRow(Outcome failure) {
    Fixture fixture = fixture(inARow(5, 0.5));
    fixture.groups(endpoints("west", 1, 4));
    fixture.fail(1, failure, 4);
    fixture.leaseOn(1).end(Outcome.REPLIED);
    fixture.fail(1, failure, 4);
    assertThat(stateOf(fixture, 1)).isEqualTo(State.READY);

    fixture.leaseOn(1).end(failure);
    assertThat(stateOf(fixture, 1)).isEqualTo(State.EJECTED);
    assertThat(fixture.countByPort(Request.ANY, 500)).containsOnlyKeys(2, 3, 4);
    assertThat(fixture.balancer.ejections(OutlierReason.CONSECUTIVE_FAILURES)).isEqualTo(1);
    assertThat(fixture.balancer.report().destinations().get(0).usable()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.5, 0",
    "2, 0.5, 1",
    "3, 0.5, 1",
    "4, 0.5, 2",
    "1, 1, 1",
    "2, 1, 2",
    "3, 0.9, 2",
    "3, 0, 0"
  })
  void theCapIsHardHoweverFewThereAre(int endpoints, double maxShare, int cap) {
    Fixture fixture = fixture(inARow(2, maxShare));
    fixture.groups(endpoints("west", 1, endpoints));
    for (int port = 1; port <= endpoints; port++) {
      fixture.fail(port, Outcome.FAILED, 2);
    }

    assertThat(ejected(fixture)).isEqualTo(cap);
    assertThat(fixture.balancer.ejections(OutlierReason.CONSECUTIVE_FAILURES)).isEqualTo(cap);
    assertThat(fixture.balancer.preventedEjections(OutlierReason.CONSECUTIVE_FAILURES))
        .isEqualTo(endpoints - cap);
    if (cap == endpoints) {
      assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_EJECTED);
      fixture.advance(30_000);
    }
    assertThat(fixture.balancer.pick(Request.ANY)).isInstanceOf(Lease.class);
  }

  @Test
  void thoseThatDrainDoNotRaiseTheCap() {
    Fixture fixture = fixture(inARow(1, 0.5));
    Endpoint[] four = endpoints("west", 1, 4);
    four[2] = Fixture.in(Endpoint.Condition.DRAINING, four[2]);
    four[3] = Fixture.in(Endpoint.Condition.DRAINING, four[3]);
    fixture.endpoints(four);
    fixture.fail(1, Outcome.FAILED, 1);
    fixture.fail(2, Outcome.FAILED, 1);

    assertThat(ejected(fixture)).isEqualTo(1);
  }

  @Test
  void whereAllAreEjectedPanicDisbelievesIt() {
    Fixture fixture = fixture(inARow(1, 1), Spill.DEFAULT);
    fixture.groups(endpoints("west", 1, 3));
    for (int port = 1; port <= 3; port++) {
      fixture.fail(port, Outcome.FAILED, 1);
    }

    assertThat(fixture.countByPort(Request.ANY, 300)).containsOnlyKeys(1, 2, 3);
  }

  @Test
  void eachEjectionLastsLongerAndIsLivedDown() {
    Fixture fixture = fixture(inARow(1, 0.5));
    fixture.groups(endpoints("west", 1, 2));
    for (int seconds : new int[] {30, 60, 90}) {
      fixture.fail(1, Outcome.FAILED, 1);
      fixture.advance(seconds * 1000 - 1);
      assertThat(fixture.countByPort(Request.ANY, 100)).as("%d s", seconds).containsOnlyKeys(2);
      fixture.advance(1);
      assertThat(fixture.countByPort(Request.ANY, 100)).as("%d s", seconds).containsOnlyKeys(1, 2);
    }
    fixture.advance(300_000);
    fixture.fail(1, Outcome.FAILED, 1);
    fixture.advance(30_000);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2);
  }

  @Test
  void anEjectedEndpointThatLeavesFreesItsPlaceUnderTheCap() {
    Fixture fixture = fixture(inARow(1, 0.5));
    fixture.groups(endpoints("west", 1, 3));
    fixture.fail(1, Outcome.FAILED, 1);
    fixture.fail(2, Outcome.FAILED, 1);
    assertThat(stateOf(fixture, 2)).isEqualTo(State.READY);

    fixture.groups(endpoints("west", 2, 3));
    fixture.fail(2, Outcome.FAILED, 1);
    assertThat(stateOf(fixture, 2)).isEqualTo(State.EJECTED);
    // One that comes back is another, and not ejected.
    fixture.groups(endpoints("west", 1, 3));
    assertThat(stateOf(fixture, 1)).isEqualTo(State.READY);
  }

  @Test
  void switchedOffItLetsAllGoAtOnce() {
    Fixture fixture = fixture(inARow(1, 0.5));
    fixture.groups(endpoints("west", 1, 2));
    Lease late = fixture.leaseOn(2);
    fixture.fail(1, Outcome.FAILED, 1);
    fixture.balancer.update(BalancerPolicy.DEFAULT.with(new Algorithm.Random()));
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2);

    late.end(Outcome.FAILED);
    fixture.fail(1, Outcome.FAILED, 10);
    assertThat(ejected(fixture)).isZero();
  }

  @Test
  void failedConnectsAreOutsideTheCapAndTakeNoPlaceUnderIt() {
    Fixture fixture = fixture(inARow(2, 0.5));
    fixture.groups(endpoints("west", 1, 3));
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    fixture.fail(2, Outcome.FAILED, 2);

    assertThat(stateOf(fixture, 1)).isEqualTo(State.UNREACHABLE);
    assertThat(stateOf(fixture, 2)).isEqualTo(State.EJECTED);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(3);
  }

  @Test
  void oneThatSucceedsLessThanTheOthersIsEjectedAfterTheInterval() {
    Fixture fixture =
        fixture(
            new OutlierDetection(
                0,
                INTERVAL,
                Optional.of(OutlierDetection.SuccessRate.DEFAULT),
                Optional.empty(),
                ejection(0.5)));
    fixture.groups(endpoints("west", 1, 6));
    for (int port = 1; port <= 6; port++) {
      for (int request = 0; request < 100; request++) {
        boolean fails = request % (port == 6 ? 2 : 50) == 0;
        fixture.leaseOn(port).end(fails ? Outcome.FAILED : Outcome.REPLIED);
      }
    }
    assertThat(ejected(fixture)).isZero();
    fixture.advance(10_000);

    assertThat(fixture.countByPort(Request.ANY, 500)).containsOnlyKeys(1, 2, 3, 4, 5);
    assertThat(fixture.balancer.ejections(OutlierReason.SUCCESS_RATE)).isEqualTo(1);
  }

  @Test
  void oneThatIsSlowerThanItsClusterIsEjectedAfterTheInterval() {
    Fixture fixture =
        fixture(
            new OutlierDetection(
                0,
                Duration.ofSeconds(100),
                Optional.empty(),
                Optional.of(OutlierDetection.Latency.DEFAULT),
                ejection(0.5)));
    fixture.groups(endpoints("west", 1, 6));
    for (int port = 1; port <= 6; port++) {
      for (int request = 0; request < 100; request++) {
        Lease lease = fixture.leaseOn(port);
        fixture.advance(port == 6 ? 200 : 20);
        if (request % 2 == 0) {
          lease.answered();
          // A long body is no latency.
          fixture.ticker.advance(Duration.ofMillis(port == 5 ? 200 : 0));
        }
        lease.end(Outcome.REPLIED);
      }
    }
    fixture.advance(100_000);

    Map<Integer, Integer> counts = fixture.countByPort(Request.ANY, 500);
    assertThat(counts).as(Seed.replay()).containsOnlyKeys(1, 2, 3, 4, 5);
    assertThat(fixture.balancer.ejections(OutlierReason.LATENCY)).isEqualTo(1);
  }
}
