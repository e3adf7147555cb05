package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.EndpointReport.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The budget for retries, and that what one balancer learns and spends is its own. */
class SeveralBalancersTest {
  private static final RetryAllowance FIFTH = new RetryAllowance(0.2, 0, Duration.ofSeconds(10));

  private static int retries(Fixture fixture) {
    int granted = 0;
    while (granted < 1000 && fixture.balancer.tryRetry()) {
      granted++;
    }
    return granted;
  }

  private static void requests(Fixture fixture, int count) {
    for (int request = 0; request < count; request++) {
      fixture.balancer.countRequest();
    }
  }

  @Test
  void retriesAreAPartOfTheRequestsOfTheWindow() {
    Fixture fixture = new Fixture(BalancerPolicy.DEFAULT.with(FIFTH));
    assertThat(retries(fixture)).isZero();
    requests(fixture, 100);
    assertThat(retries(fixture)).isEqualTo(20);
    assertThat(fixture.balancer.refusedRetries()).isEqualTo(2);

    fixture.advance(21_000);
    assertThat(retries(fixture)).isZero();
  }

  @Test
  void anUpdateOfAnotherPartKeepsTheBudgetAndAnotherAllowanceStartsOne() {
    Fixture fixture = new Fixture(BalancerPolicy.DEFAULT.with(FIFTH));
    requests(fixture, 100);
    fixture.balancer.update(BalancerPolicy.DEFAULT.with(FIFTH).with(Algorithm.P2c.DEFAULT));
    fixture.groups(endpoints("west", 1, 3));
    assertThat(retries(fixture)).isEqualTo(20);

    fixture.balancer.update(
        BalancerPolicy.DEFAULT.with(new RetryAllowance(0.5, 0, Duration.ofSeconds(10))));
    requests(fixture, 100);
    assertThat(retries(fixture)).isEqualTo(50);
    fixture.balancer.update(BalancerPolicy.DEFAULT.with(RetryAllowance.NONE));
    requests(fixture, 100);
    assertThat(retries(fixture)).isZero();
  }

  @Test
  void twoBalancersOfOneServiceLearnAndSpendApart() {
    BalancerPolicy policy =
        BalancerPolicy.DEFAULT
            .with(new RequestLimits(3, 4))
            .with(
                new AdaptiveConcurrency(
                    4, 4, 4, Duration.ofMillis(100), Duration.ofMinutes(1), 0.25))
            .with(OutlierDetection.DEFAULT)
            .with(FIFTH);
    Fixture one = new Fixture(policy);
    Fixture other = new Fixture(policy);
    one.groups(endpoints("west", 1, 4));
    other.groups(endpoints("west", 1, 4));
    one.fail(1, Outcome.CONNECT_FAILED, 3);
    one.fail(2, Outcome.FAILED, 5);
    requests(one, 100);
    Lease held = one.leaseOn(3);
    one.leaseOn(3);
    one.leaseOn(3);
    assertThat(one.balancer.pick(Fixture.ofClass(0))).isEqualTo(Refusal.OVER_LIMIT);

    assertThat(one.report(1).state()).isEqualTo(State.UNREACHABLE);
    assertThat(one.report(2).state()).isEqualTo(State.EJECTED);
    assertThat(other.balancer.endpoints())
        .allMatch(report -> report.state() == State.READY && report.picks() == 0);
    assertThat(other.balancer.report().destinations().get(0).started()).isZero();
    assertThat(retries(other)).isZero();
    for (int pick = 0; pick < 4; pick++) {
      assertThat(other.balancer.pick(Fixture.ofClass(7))).isInstanceOf(Lease.class);
    }
    other.balancer.close();
    held.end(Outcome.REPLIED);
    assertThat(one.balancer.pick(Fixture.ofClass(7))).isInstanceOf(Lease.class);
    assertThat(other.balancer.report().destinations())
        .extracting(DestinationReport::inFlight)
        .contains(4);
  }
}
