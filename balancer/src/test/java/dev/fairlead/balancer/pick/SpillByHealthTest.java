package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.chance;
import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.in;
import static dev.fairlead.balancer.pick.Fixture.key;
import static dev.fairlead.balancer.pick.Fixture.labelled;
import static dev.fairlead.balancer.pick.Fixture.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.LocalityPolicy.Mode;
import dev.fairlead.balancer.pick.LocalityPolicy.Portion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where traffic goes by who is healthy; active checks say who is, since that is quickest said. */
class SpillByHealthTest {
  private static final int PICKS = 20_000;
  private static final ActiveCheckPolicy CHECKS =
      new ActiveCheckPolicy(Duration.ofSeconds(2), 0, 1, 1, Duration.ofHours(1));
  private static final Spill NO_PANIC = new Spill(140, 0, false);

  private static Fixture fixture(Algorithm algorithm, LocalityPolicy locality) {
    return new Fixture(new BalancerPolicy(algorithm, locality).with(CHECKS));
  }

  private static Fixture fixture(LocalityPolicy locality) {
    return fixture(new Algorithm.Random(), locality);
  }

  private static LocalityPolicy locality(Mode mode, Spill spill) {
    return new LocalityPolicy(
        mode, LocalityPolicy.DEFAULT.preference(), LocalityPolicy.DEFAULT.distribution(), spill);
  }

  private static Portion portion(String where, double weight) {
    return new Portion(LocalityPattern.parse(where), weight);
  }

  private static LocalityPolicy weighted(Portion... portions) {
    return new LocalityPolicy(
        Mode.WEIGHTED, LocalityPolicy.DEFAULT.preference(), List.of(portions), Spill.DEFAULT);
  }

  private static void assertShares(Map<?, Integer> counts, Map<?, Double> expected) {
    assertThat(counts.keySet()).isEqualTo(expected.keySet());
    counts.forEach(
        (where, count) -> {
          double share = expected.get(where);
          assertThat((double) count / PICKS)
              .as("%s, %s", where, Seed.replay())
              .isCloseTo(share, chance(share, PICKS));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100, 100",
    "72, 0, 100",
    "71, 71, 99",
    "50, 50, 70",
    "25, 100, 35",
    "50, 100, 70",
    "25, 25, 50",
    "0, 100, 0",
    "0, 0, 50",
  })
  void eachPriorityGetsItsPercentByHealth(int healthyNear, int healthyFar, int percentNear) {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    fixture.groups(endpoints("west", 1, 100), endpoints("east", 101, 200));
    fixture.checked(false, healthyNear + 1, 100);
    fixture.checked(false, 100 + healthyFar + 1, 200);

    Map<String, Integer> counts = fixture.countByCluster(PICKS);
    double near = percentNear / 100.0;
    assertThat((double) counts.getOrDefault("west", 0) / PICKS)
        .as(Seed.replay())
        .isCloseTo(near, chance(near, PICKS));
  }

  @Test
  void keysSpillInTheSameShareAndEachStaysWhereItIs() {
    Fixture fixture = fixture(Algorithm.RingHash.DEFAULT, LocalityPolicy.DEFAULT);
    fixture.groups(endpoints("west", 1, 10), endpoints("east", 11, 20));
    fixture.checked(false, 6, 10);
    int near = 0;
    for (int key = 0; key < PICKS; key++) {
      int port = fixture.portOf(key(key));
      near += port <= 10 ? 1 : 0;
      assertThat(fixture.portOf(key(key))).isEqualTo(port);
    }

    assertThat((double) near / PICKS).isCloseTo(0.7, chance(0.7, PICKS));
  }

  @Test
  void whileMostAreHealthyTheOthersGetNothing() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    fixture.groups(endpoints("west", 1, 4));
    fixture.checked(false, 3, 4);

    assertThat(fixture.countByPort(Request.ANY, 1000)).containsOnlyKeys(1, 2);
  }

  @Test
  void inPanicAllThatCanBeReachedGetTrafficAlike() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    fixture.groups(endpoints("west", 1, 5));
    fixture.fail(5, Outcome.CONNECT_FAILED, 3);
    fixture.checked(false, 3, 5);

    // 2 of 5 are healthy.
    assertShares(
        fixture.countByPort(Request.ANY, PICKS), Map.of(1, 0.25, 2, 0.25, 3, 0.25, 4, 0.25));
    fixture.checked(true, 3, 3);
    assertThat(fixture.countByPort(Request.ANY, 1000)).containsOnlyKeys(1, 2, 3);
  }

  @Test
  void withoutPanicOnlyTheHealthyGetTrafficHoweverFew() {
    Fixture fixture = fixture(locality(Mode.FAILOVER, NO_PANIC));
    fixture.groups(endpoints("west", 1, 10));
    fixture.checked(false, 2, 10);
    assertThat(fixture.countByPort(Request.ANY, 1000)).containsOnlyKeys(1);

    fixture.checked(false, 1, 1);
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_EJECTED);
  }

  @Test
  void degradedEndpointsGetWhatTheHealthyOnesCannotTake() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    Endpoint degraded = in(Endpoint.Condition.DEGRADED, endpoint("west", 5));
    fixture.groups(endpoints("west", 1, 4), new Endpoint[] {degraded});
    assertThat(fixture.countByPort(Request.ANY, 1000)).containsOnlyKeys(1, 2, 3, 4);

    fixture.checked(false, 3, 4);
    // Healthy 140 · 2 / 5 = 56 %, degraded 140 / 5 = 28 %: 66 and 33 of 84, the rest to the first.
    assertShares(fixture.countByPort(Request.ANY, PICKS), Map.of(1, 0.335, 2, 0.335, 5, 0.33));
    fixture.checked(false, 1, 2);
    assertThat(fixture.lease().endpoint().address().port()).isBetween(1, 5);
  }

  @Test
  void degradedEndpointsOfFartherPrioritiesComeAfterHealthyOnes() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    fixture.endpoints(
        endpoint("west", 1),
        endpoint("west", 2),
        in(Endpoint.Condition.DEGRADED, endpoint("east", 3)));
    fixture.checked(false, 2, 2);

    assertShares(fixture.countByPort(Request.ANY, PICKS), Map.of(1, 0.7, 3, 0.3));
  }

  @Test
  void whereOnlyDegradedOnesAreLeftTheyServe() {
    Fixture fixture = fixture(locality(Mode.FAILOVER, NO_PANIC));
    fixture.endpoints(in(Endpoint.Condition.DEGRADED, endpoint("west", 1)));

    assertThat(fixture.portOf(Request.ANY)).isEqualTo(1);
  }

  @Test
  void drainingEndpointsGetNothingNewAndDoNotCountAsHosts() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2), endpoint("east", 3));
    Lease lease = fixture.leaseOn(2);
    fixture.endpoints(
        endpoint("west", 1),
        in(Endpoint.Condition.DRAINING, endpoint("west", 2)),
        endpoint("east", 3));

    assertThat(fixture.countByPort(Request.ANY, 1000)).containsOnlyKeys(1);
    assertThat(fixture.report(2).inFlight()).isEqualTo(1);
    lease.end(Outcome.REPLIED);
    assertThat(fixture.report(2).inFlight()).isZero();
  }

  @Test
  void drainingEndpointsServeWhereThereIsNoOther() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    Endpoint draining = in(Endpoint.Condition.DRAINING, endpoint("west", 2));
    fixture.endpoints(draining, endpoint("west", 1, 0));
    assertThat(fixture.portOf(Request.ANY)).isEqualTo(2);

    fixture.endpoints(draining, endpoint("west", 1));
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1);
  }

  @Test
  void strictSpillsNothing() {
    Fixture fixture = fixture(locality(Mode.STRICT, NO_PANIC));
    fixture.groups(endpoints("west", 1, 4), endpoints("east", 5, 8));
    fixture.checked(false, 2, 4);
    assertThat(fixture.countByPort(Request.ANY, 1000)).containsOnlyKeys(1);
    fixture.checked(false, 1, 1);
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_EJECTED);

    fixture.balancer.update(
        new BalancerPolicy(new Algorithm.Random(), locality(Mode.STRICT, Spill.DEFAULT))
            .with(CHECKS));
    assertThat(fixture.countByPort(Request.ANY, 1000)).containsOnlyKeys(1, 2, 3, 4);
  }

  @Test
  void aDeclaredDistributionIsScaledByHealth() {
    Fixture fixture = fixture(weighted(portion("east", 1), portion("north", 2)));
    fixture.groups(endpoints("west", 1, 2), endpoints("east", 3, 4), endpoints("north", 5, 6));
    assertShares(fixture.countByCluster(PICKS), Map.of("east", 1 / 3.0, "north", 2 / 3.0));

    fixture.checked(false, 3, 3);
    assertShares(fixture.countByCluster(PICKS), Map.of("east", 0.7 / 2.7, "north", 2 / 2.7));
    fixture.checked(false, 4, 4);
    assertShares(fixture.countByCluster(PICKS), Map.of("north", 1.0));
  }

  @Test
  void whatNoPortionMatchesServesOnlyWhereNothingElseCan() {
    Fixture fixture = fixture(weighted(portion("east/b", 1), portion("east", 0)));
    fixture.groups(endpoints("west", 1, 1), endpoints("east", 2, 2));
    assertThat(fixture.countByCluster(100)).containsOnlyKeys("west");
  }

  @Test
  void plannedSharesAreScaledByHealth() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    fixture.groups(endpoints("west", 1, 10), endpoints("east", 11, 20));
    fixture.shares(Map.of("west", 0.5, "east", 0.5));
    fixture.checked(false, 16, 20);
    assertShares(fixture.countByCluster(PICKS), Map.of("west", 1 / 1.7, "east", 0.7 / 1.7));

    fixture.checked(true, 18, 20);
    assertShares(fixture.countByCluster(PICKS), Map.of("west", 0.5, "east", 0.5));
  }

  @Test
  void inPanicTheShareOfAClusterThatCannotBeReachedIsDividedInProportion() {
    Fixture fixture = fixture(LocalityPolicy.DEFAULT);
    fixture.endpoints(endpoint("west", 1), endpoint("east", 2), endpoint("north", 3));
    fixture.shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3));
    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    fixture.checked(false, 1, 3);

    assertShares(fixture.countByCluster(PICKS), Map.of("west", 0.4, "north", 0.6));
  }

  @Test
  void aDegradedEndpointOfAPlannedClusterWithoutHealthyOnesIsFound() {
    Fixture fixture = fixture(locality(Mode.FAILOVER, NO_PANIC));
    fixture.endpoints(
        labelled("west", 1, "v1"), in(Endpoint.Condition.DEGRADED, labelled("east", 2, "v2")));
    fixture.shares(Map.of("west", 0.5, "east", 0.5));

    assertThat(fixture.portOf(version("v2"))).isEqualTo(2);
  }
}
