package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.labelled;
import static dev.fairlead.balancer.pick.Fixture.ofClass;
import static dev.fairlead.balancer.pick.Fixture.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.outcome.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  /** It always allows ten, so that what is refused is refused by class or for a leak. */
  private static final AdaptiveConcurrency TEN =
      new AdaptiveConcurrency(10, 10, 10, Duration.ofMillis(100), Duration.ofMinutes(1), 0.25);

  static List<Algorithm> algorithms() {
    return Fixture.ALGORITHMS;
  }

  private static BalancerPolicy limited(Algorithm algorithm, int perEndpoint, int perService) {
    return new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT)
        .with(new RequestLimits(perEndpoint, perService));
  }

  private static Fixture fixture(int perEndpoint, int perService) {
    return new Fixture(limited(Algorithm.P2c.DEFAULT, perEndpoint, perService));
  }

  /** All leases that there are until one is refused. */
  private static List<Lease> burst(Fixture fixture, Request request) {
    List<Lease> leases = new ArrayList<>();
    Pick pick = fixture.balancer.pick(request);
    while (pick instanceof Lease lease) {
      leases.add(lease);
      pick = fixture.balancer.pick(request);
    }
    assertThat(pick).isEqualTo(Refusal.OVER_LIMIT);
    return leases;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void noEndpointGetsMoreThanItsLimitAndAllAreFilled(Algorithm algorithm) {
    Fixture fixture = new Fixture(limited(algorithm, 3, UNLIMITED));
    fixture.endpoints(endpoint("west", 1, 1), endpoint("west", 2, 10), endpoint("west", 3, 1));
    List<Lease> leases = burst(fixture, Fixture.key(7));

    assertThat(leases).as(Seed.replay()).hasSize(9);
    assertThat(fixture.balancer.endpoints()).allMatch(report -> report.inFlight() == 3);
    leases.get(4).end(Outcome.REPLIED);
    assertThat(fixture.lease().endpoint()).isEqualTo(leases.get(4).endpoint());
  }

  @Test
  void fullEndpointsSpillToTheNextPriority() {
    Fixture fixture = fixture(2, UNLIMITED);
    fixture.endpoints(endpoint("west", 1), endpoint("east", 2));

    assertThat(burst(fixture, Request.ANY))
        .extracting(lease -> lease.endpoint().cluster())
        .containsExactly("west", "west", "east", "east");
  }

  @Test
  void aServicesLimitIsOverAllItsEndpoints() {
    Fixture fixture = fixture(UNLIMITED, 7);
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));

    List<Lease> leases = burst(fixture, Request.ANY);
    assertThat(leases).hasSize(7);
    leases.get(0).end(Outcome.FAILED);
    assertThat(burst(fixture, Request.ANY)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void nothingLeaksWhateverTheOutcomeIsAndHoweverOftenItEnds(Outcome outcome) {
    Fixture fixture = new Fixture(limited(Algorithm.P2c.DEFAULT, UNLIMITED, 10).with(TEN));
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
    for (int round = 0; round < 5; round++) {
      List<Lease> leases = burst(fixture, ofClass(7));
      assertThat(leases).as("round " + round).hasSize(10);
      fixture.advance(30);
      for (Lease lease : leases) {
        lease.answered();
        lease.end(outcome);
        lease.end(Outcome.REPLIED);
      }
      fixture.advance(5_000);
      // Those that could not be reached have a trial each now, which counts like any other.
      fixture.endpoints();
      assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.NO_ENDPOINT);
      fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
    }
  }

  @Test
  void trialsCountAndLeakNothing() {
    Fixture fixture = new Fixture(limited(Algorithm.P2c.DEFAULT, UNLIMITED, 2).with(TEN));
    fixture.endpoints(endpoint("west", 1));
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    for (int trial = 0; trial < 20; trial++) {
      assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_UNREACHABLE);
      fixture.advance(2_000);
      fixture.lease().end(Outcome.CONNECT_FAILED);
    }
    fixture.advance(2_000);
    fixture.lease().end(Outcome.REPLIED);

    assertThat(burst(fixture, Request.ANY)).hasSize(2);
  }

  @Test
  void refusalsForWantOfAnEndpointTakeNoneOfTheLimit() {
    Fixture fixture = new Fixture(limited(Algorithm.P2c.DEFAULT, UNLIMITED, 4).with(TEN));
    fixture.endpoints(endpoint("west", 1));
    for (int pick = 0; pick < 20; pick++) {
      assertThat(fixture.balancer.pick(version("v2"))).isEqualTo(Refusal.NO_ENDPOINT);
    }

    assertThat(burst(fixture, Request.ANY)).hasSize(4);
  }

  @Test
  void aRequestThatThrowsTakesNoneOfTheLimit() {
    Fixture fixture = new Fixture(limited(Algorithm.P2c.DEFAULT, UNLIMITED, 4).with(TEN));
    fixture.endpoints(endpoint("west", 1));
    Request broken =
        new Request() {
          @Override
          public boolean tried(Endpoint endpoint) {
            throw new IllegalStateException("broken");
          }
        };
    for (int pick = 0; pick < 20; pick++) {
      assertThatIllegalStateException().isThrownBy(() -> fixture.balancer.pick(broken));
    }

    assertThat(fixture.report(1).inFlight()).isZero();
    assertThat(burst(fixture, Request.ANY)).hasSize(4);
  }

  @Test
  void aListenerThatThrowsTakesNoneOfTheLimit() {
    Fixture fixture = new Fixture(limited(Algorithm.P2c.DEFAULT, UNLIMITED, 4).with(TEN));
    fixture.endpoints(endpoint("west", 1));
    fixture.balancer.explainSome(
        1,
        explanation -> {
          throw new IllegalStateException("broken");
        });
    for (int pick = 0; pick < 20; pick++) {
      assertThatIllegalStateException().isThrownBy(() -> fixture.balancer.pick(Request.ANY));
    }
    fixture.balancer.explainNone();

    assertThat(fixture.report(1).inFlight()).isZero();
    assertThat(burst(fixture, Request.ANY)).hasSize(4);
  }

  @Test
  void underAnAdaptiveLimitTheLowestClassIsRefusedFirst() {
    Fixture fixture = new Fixture(BalancerPolicy.DEFAULT.with(TEN));
    fixture.endpoints(endpoint("west", 1));

    // Class k is admitted while in flight < 10 · (½ + k / 14).
    List<Integer> inFlight = new ArrayList<>();
    int all = 0;
    for (int trafficClass = 0; trafficClass <= 7; trafficClass++) {
      all += burst(fixture, ofClass(trafficClass)).size();
      inFlight.add(all);
    }
    assertThat(inFlight).containsExactly(5, 6, 7, 8, 8, 9, 10, 10);
    assertThat(fixture.balancer.pick(ofClass(0))).isEqualTo(Refusal.OVER_LIMIT);
  }

  @Test
  void classesOutOfRangeCountAsTheNearest() {
    Fixture fixture = new Fixture(BalancerPolicy.DEFAULT.with(TEN));
    fixture.endpoints(endpoint("west", 1));

    assertThat(burst(fixture, ofClass(-1))).hasSize(5);
    assertThat(burst(fixture, ofClass(99))).hasSize(5);
  }

  @Test
  void anAdaptiveLimitFallsUnderOverloadAndComesBack() {
    Fixture fixture =
        new Fixture(
            BalancerPolicy.DEFAULT.with(
                new AdaptiveConcurrency(
                    3, 200, 100, Duration.ofMillis(100), Duration.ofMinutes(1), 0.25)));
    fixture.groups(endpoints("west", 1, 4));
    assertThat(rounds(fixture, 20, Outcome.REPLIED)).isGreaterThanOrEqualTo(100);
    int overloaded = rounds(fixture, 40, Outcome.OVERLOADED);
    assertThat(overloaded).isLessThan(20);
    assertThat(rounds(fixture, 100, Outcome.REPLIED)).isGreaterThan(3 * overloaded);
  }

  /** How many are admitted at once after so many full bursts, each of which ends this way. */
  private static int rounds(Fixture fixture, int rounds, Outcome outcome) {
    for (int round = 0; round < rounds; round++) {
      List<Lease> leases = burst(fixture, ofClass(7));
      fixture.advance(110);
      leases.forEach(lease -> lease.end(outcome));
    }
    List<Lease> leases = burst(fixture, ofClass(7));
    leases.forEach(lease -> lease.end(Outcome.IGNORED));
    return leases.size();
  }

  @Test
  void leasesOfAnEarlierPolicyEndWithoutTouchingALaterLimit() {
    Fixture fixture = new Fixture(BalancerPolicy.DEFAULT);
    fixture.endpoints(endpoint("west", 1));
    List<Lease> early = new ArrayList<>();
    for (int pick = 0; pick < 8; pick++) {
      early.add(fixture.lease());
    }
    fixture.balancer.update(limited(Algorithm.DEFAULT, UNLIMITED, 5).with(TEN));
    List<Lease> limited = burst(fixture, ofClass(7));
    assertThat(limited).hasSize(5);
    early.forEach(lease -> lease.end(Outcome.REPLIED));
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.OVER_LIMIT);

    // Another part of the policy leaves the limits as they are.
    fixture.balancer.update(limited(new Algorithm.Random(), UNLIMITED, 5).with(TEN));
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.OVER_LIMIT);
    limited.forEach(lease -> lease.end(Outcome.REPLIED));
    assertThat(burst(fixture, ofClass(7))).hasSize(5);
  }

  @Test
  void requestsInFlightCountUnderAnotherLimitToo() {
    Fixture fixture = fixture(UNLIMITED, 8);
    fixture.endpoints(endpoint("west", 1));
    List<Lease> before = burst(fixture, Request.ANY);
    fixture.balancer.update(limited(Algorithm.P2c.DEFAULT, UNLIMITED, 10));
    assertThat(burst(fixture, Request.ANY)).hasSize(2);

    before.forEach(lease -> lease.end(Outcome.REPLIED));
    assertThat(burst(fixture, Request.ANY)).hasSize(8);
  }

  @Test
  void aFullSubsetIsRefusedWhileOthersAreFree() {
    Fixture fixture = fixture(1, UNLIMITED);
    fixture.endpoints(
        labelled("west", 1, "v1"), labelled("west", 2, "v1"), labelled("west", 3, "v2"));
    fixture.leaseOn(1);

    assertThat(fixture.portOf(version("v1"))).isEqualTo(2);
    fixture.leaseOn(2);
    assertThat(fixture.balancer.pick(version("v1"))).isEqualTo(Refusal.OVER_LIMIT);
    assertThat(fixture.portOf(version("v2"))).isEqualTo(3);
  }
}
