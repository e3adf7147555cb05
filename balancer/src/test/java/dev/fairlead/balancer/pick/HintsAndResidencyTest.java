package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Hints;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.balancer.locality.Residency;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.EndpointReport.State;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is meant for this caller, and who must not serve it. */
class HintsAndResidencyTest {
  private static final Hints ZONE_A = new Hints(Set.of("a"), Set.of());
  private static final Hints ZONE_B = new Hints(Set.of("b"), Set.of());

  private final Fixture fixture = new Fixture(new Algorithm.Random());

  private static Endpoint hinted(String cluster, int port, Hints hints) {
    return new Endpoint(
        new Address("127.0.0.1", port),
        Fixture.place(cluster),
        Labels.NONE,
        1,
        hints,
        Endpoint.Condition.READY);
  }

  private static Hints node(String... names) {
    return new Hints(Set.of("a"), Set.of(names));
  }

  private static Residency not(String... clusters) {
    return new Residency(Set.of(clusters), Set.of(), Set.of());
  }

  private void forbid(Residency residency) {
    fixture.balancer.update(BalancerPolicy.DEFAULT.with(residency));
  }

  @Test
  void thoseMeantForTheCallersZoneComeFirstAndTheOthersStandBehind() {
    fixture.endpoints(
        hinted("west", 1, ZONE_A), hinted("west", 2, ZONE_B), hinted("west", 3, ZONE_A));
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1, 3);

    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(2, 3);
    fixture.fail(3, Outcome.CONNECT_FAILED, 3);
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(2);
  }

  @Test
  void oneEndpointWithoutAHintAndNoneIsHeeded() {
    fixture.endpoints(
        hinted("west", 1, ZONE_A), hinted("west", 2, ZONE_B), hinted("west", 3, Hints.NONE));
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1, 2, 3);

    // One that drains has no say, nor has one of another cluster.
    fixture.endpoints(
        hinted("west", 1, ZONE_A),
        hinted("west", 2, ZONE_B),
        Fixture.in(Endpoint.Condition.DRAINING, hinted("west", 3, Hints.NONE)),
        hinted("east", 4, Hints.NONE));
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1);
  }

  @Test
  void hintsForNodesComeBeforeThoseForZones() {
    Place there = new Place("west", new Locality("west", "a", ""), "n1", "");
    fixture.balancer.update(there);
    fixture.endpoints(
        hinted("west", 1, node("n1")), hinted("west", 2, node("n2")), hinted("west", 3, ZONE_A));
    // Not all have one for a node, and all are meant for the zone.
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1, 2, 3);

    fixture.endpoints(
        hinted("west", 1, node("n1")),
        hinted("west", 2, node("n2")),
        hinted("west", 3, node("n3")));
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1);
  }

  @Test
  void hintsAreHeededOnceTheCallersPlaceIsKnown() {
    fixture.balancer.update(Place.UNKNOWN);
    fixture.endpoints(hinted("west", 1, ZONE_A), hinted("west", 2, ZONE_B));
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1, 2);

    fixture.balancer.update(Fixture.place("west"));
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1);
  }

  @Test
  void hintsOfAnotherClusterSayNothingToThisCaller() {
    fixture.endpoints(
        hinted("west", 1, ZONE_A), hinted("east", 2, ZONE_A), hinted("west", 3, ZONE_B));
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);

    // The other of the caller's own cluster is nearer than any of east.
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(3);
  }

  @Test
  void residencyForbidsAlsoWhereNothingElseIsLeft() {
    forbid(not("east"));
    fixture.endpoints(endpoint("west", 1), endpoint("east", 2));
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1);

    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_UNREACHABLE);
    fixture.endpoints(endpoint("east", 2));
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.FORBIDDEN);
    assertThat(fixture.report(2).state()).isEqualTo(State.FORBIDDEN);
    assertThat(fixture.balancer.report().destinations().get(0).usable()).isZero();
  }

  @Test
  void residencyIsBeforePanicAndBeforeThePlan() {
    Fixture checked =
        new Fixture(
            BalancerPolicy.DEFAULT
                .with(not("east"))
                .with(dev.fairlead.balancer.health.ActiveCheckPolicy.DEFAULT));
    checked.groups(Fixture.endpoints("west", 1, 4), Fixture.endpoints("east", 5, 8));
    checked.shares(Map.of("west", 0.1, "east", 0.9));
    checked.checked(false, 1, 4);

    assertThat(checked.countByPort(Request.ANY, 500)).containsOnlyKeys(1, 2, 3, 4);
  }

  @Test
  void forbiddenEndpointsAreNoHostsOfTheirPriority() {
    Fixture checked =
        new Fixture(
            BalancerPolicy.DEFAULT
                .with(new LocalityPolicy(LocalityPolicy.Mode.FAILOVER, List.of()))
                .with(not("east")));
    checked.groups(Fixture.endpoints("west", 1, 1), Fixture.endpoints("east", 2, 9));

    // Were they hosts, one of nine would be panic.
    assertThat(checked.balancer.explain(Request.ANY).panic()).isFalse();
  }

  @Test
  void whatIsNotKnownCountsAsForbidden() {
    forbid(new Residency(Set.of(), Set.of(LocalityPattern.parse("east")), Set.of()));
    fixture.endpoints(
        new Endpoint(new Address("127.0.0.1", 1), new Place("west", Locality.UNKNOWN, "", "")));
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.FORBIDDEN);

    fixture.endpoints(endpoint("west", 1));
    assertThat(fixture.portOf(Request.ANY)).isEqualTo(1);
    forbid(Residency.ANYWHERE);
    fixture.endpoints(endpoint("east", 2));
    assertThat(fixture.portOf(Request.ANY)).isEqualTo(2);
  }
}
