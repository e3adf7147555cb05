package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.report.EndpointReport.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Active checks as whoever sends them does it, and what they do to picks. */
class ActiveChecksTest {
  private static final ActiveCheckPolicy POLICY =
      new ActiveCheckPolicy(Duration.ofSeconds(2), 0.2, 2, 3, Duration.ofSeconds(10));

  private final Fixture fixture = new Fixture(BalancerPolicy.DEFAULT.with(POLICY));

  private EndpointCheck checkOf(int port) {
    return fixture.balancer.checks().stream()
        .filter(check -> check.endpoint().address().port() == port)
        .findFirst()
        .orElseThrow();
  }

  private void report(int port, boolean ok, int times) {
    for (int i = 0; i < times; i++) {
      checkOf(port).report(ok);
    }
  }

  @Test
  void withoutThePolicyThereIsNothingToCheck() {
    Fixture plain = new Fixture(BalancerPolicy.DEFAULT);
    plain.groups(endpoints("west", 1, 3));

    assertThat(plain.balancer.checks()).isEmpty();
  }

  @Test
  void eachEndpointIsDueSoonAndIsTakenByOneOnly() {
    fixture.groups(endpoints("west", 1, 3));
    fixture.advance(400);
    List<EndpointCheck> checks = fixture.balancer.checks();
    assertThat(checks)
        .extracting(check -> check.endpoint().address().port())
        .containsExactly(1, 2, 3);
    for (EndpointCheck check : checks) {
      assertThat(check.dueInNanos()).as(Seed.replay()).isNotPositive();
      assertThat(check.take()).isTrue();
      assertThat(check.take()).isFalse();
      assertThat(checkOf(check.endpoint().address().port()).take()).isFalse();
      assertThat(check.dueInNanos()).isBetween(1_600_000_000L, 2_400_000_000L);
    }
    fixture.advance(2_400);
    assertThat(checks).allMatch(EndpointCheck::take);
  }

  @Test
  void theFirstResultDecidesAndThenOnlyARowOfOthers() {
    fixture.groups(endpoints("west", 1, 3));
    assertThat(checkOf(1).report(false)).isTrue();
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2, 3);
    assertThat(fixture.report(1).state()).isEqualTo(State.UNHEALTHY);

    assertThat(checkOf(1).report(true)).isFalse();
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2, 3);
    assertThat(checkOf(1).report(true)).isTrue();
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2, 3);
    report(1, false, 2);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2, 3);
    report(1, false, 1);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2, 3);
  }

  @Test
  void aResultIsForgottenByItsAge() {
    fixture.groups(endpoints("west", 1, 3));
    report(1, false, 1);
    fixture.advance(5_000);
    report(2, true, 1);
    fixture.advance(4_999);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2, 3);

    fixture.advance(1);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2, 3);
    report(3, false, 1);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2);
  }

  @Test
  void aResultThatSaysTheSameKeepsItFromBeingForgotten() {
    fixture.groups(endpoints("west", 1, 3));
    report(1, false, 1);
    for (int second = 0; second < 60; second += 5) {
      fixture.advance(5_000);
      report(1, false, 1);
      assertThat(fixture.countByPort(Request.ANY, 20)).containsOnlyKeys(2, 3);
    }
    fixture.advance(10_000);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2, 3);
  }

  @Test
  void anUpdateOfEndpointsKeepsWhatIsKnownAndOneOfThePolicyForgetsIt() {
    fixture.groups(endpoints("west", 1, 3));
    report(1, false, 1);
    fixture.endpoints(endpoint("west", 1, 9), endpoint("west", 2), endpoint("west", 3));
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2, 3);
    fixture.balancer.update(BalancerPolicy.DEFAULT.with(POLICY).with(Algorithm.P2c.DEFAULT));
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2, 3);

    EndpointCheck old = checkOf(1);
    fixture.balancer.update(
        BalancerPolicy.DEFAULT
            .with(ActiveCheckPolicy.DEFAULT)
            .with(new ActiveCheckPolicy(Duration.ofSeconds(3), 0, 1, 1, Duration.ofSeconds(10))));
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2, 3);
    old.report(false);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2, 3);
    fixture.balancer.update(BalancerPolicy.DEFAULT);
    assertThat(fixture.balancer.checks()).isEmpty();
  }

  @Test
  void aCheckOfAnEndpointThatLeftChangesNothing() {
    fixture.groups(endpoints("west", 1, 3));
    EndpointCheck late = checkOf(1);
    fixture.groups(endpoints("west", 2, 3));
    fixture.groups(endpoints("west", 1, 3));
    late.report(false);

    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2, 3);
  }
}
