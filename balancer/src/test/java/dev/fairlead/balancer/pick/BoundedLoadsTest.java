package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.locality.Residency;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.EndpointReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bounded loads through leases: at admission nobody has more than ⌈c · average⌉. */
class BoundedLoadsTest {
  private static final double C = 1.25;

  private final List<Lease> out = new ArrayList<>();

  static List<Algorithm> bounded() {
    OptionalDouble c = OptionalDouble.of(C);
    return List.of(new Algorithm.RingHash(c), new Algorithm.Maglev(c), new Algorithm.Rendezvous(c));
  }

  private static BalancerPolicy policy(Algorithm algorithm) {
    return new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT);
  }

  /**
   * Few keys, so that nearly all would go to one endpoint; one in three requests ends at once.
   *
   * @param pool the endpoints over which the average is
   */
  private void load(Fixture fixture, int picks, Predicate<Endpoint> pool) {
    for (int pick = 0; pick < picks; pick++) {
      Lease lease = fixture.lease(key(pick % 3));
      List<EndpointReport> reports =
          fixture.balancer.endpoints().stream()
              .filter(report -> pool.test(report.endpoint()))
              .toList();
      double sum = reports.stream().mapToInt(EndpointReport::inFlight).sum();
      double weight = reports.stream().mapToDouble(each -> each.endpoint().weight()).sum();
      int its = fixture.report(lease.endpoint().address().port()).inFlight();
      assertThat(its)
          .as("pick %d on %s, %s", pick, lease.endpoint().address(), Seed.replay())
          .isLessThanOrEqualTo(
              (int) Math.ceil(C * sum * lease.endpoint().weight() / weight - 1e-9));
      if (pick % 3 == 2) {
        lease.end(Outcome.REPLIED);
      } else {
        out.add(lease);
      }
    }
  }

  private void endAll() {
    out.forEach(lease -> lease.end(Outcome.REPLIED));
    out.clear();
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void nobodyGetsMoreThanItsBound(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.endpoints(
        endpoint("west", 1), endpoint("west", 2, 2), endpoint("west", 3), endpoint("west", 4, 4));

    load(fixture, 300, endpoint -> true);
    endAll();
    load(fixture, 300, endpoint -> true);
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void norRightAfterEndpointsCameAndLeft(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 4));
    load(fixture, 200, endpoint -> true);
    fixture.groups(endpoints("west", 1, 8));
    load(fixture, 200, endpoint -> true);
    // Half of all requests in flight are on endpoints that leave.
    fixture.groups(endpoints("west", 5, 8));
    load(fixture, 200, endpoint -> true);
    endAll();
    load(fixture, 200, endpoint -> true);
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void norWhereSomeAreNoMembersAnyMore(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 6));
    load(fixture, 200, endpoint -> true);
    Endpoint[] all = endpoints("west", 1, 6);
    all[0] = Fixture.in(Endpoint.Condition.DRAINING, all[0]);
    all[1] = endpoint("west", 2, 0);
    fixture.endpoints(all);

    load(fixture, 200, endpoint -> endpoint.address().port() > 2);
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void norRightAfterTheBoundOrAnotherPartOfThePolicyWasChanged(Algorithm algorithm) {
    Fixture fixture = new Fixture(Algorithm.P2c.DEFAULT);
    fixture.groups(endpoints("west", 1, 4));
    for (int pick = 0; pick < 50; pick++) {
      out.add(fixture.lease());
    }
    fixture.balancer.update(policy(algorithm));
    load(fixture, 200, endpoint -> true);
    fixture.balancer.update(policy(algorithm).with(new RequestLimits(1000, 10_000)));
    load(fixture, 200, endpoint -> true);
    fixture.balancer.update(policy(Algorithm.P2c.DEFAULT));
    fixture.balancer.update(policy(algorithm));
    load(fixture, 200, endpoint -> true);
    endAll();
    load(fixture, 200, endpoint -> true);
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void norInAnyClusterOfAPlan(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 3), endpoints("east", 4, 9));
    fixture.shares(Map.of("west", 0.5, "east", 0.5));
    Map<Boolean, Integer> keys = new java.util.HashMap<>();
    for (int pick = 0; pick < 300; pick++) {
      Lease lease = fixture.lease(key(pick % 20));
      String cluster = lease.endpoint().cluster();
      double sum = 0;
      double members = 0;
      for (EndpointReport report : fixture.balancer.endpoints()) {
        if (report.endpoint().cluster().equals(cluster)) {
          sum += report.inFlight();
          members++;
        }
      }
      assertThat(fixture.report(lease.endpoint().address().port()).inFlight())
          .isLessThanOrEqualTo((int) Math.ceil(C * sum / members - 1e-9));
      keys.merge(cluster.equals("west"), 1, Integer::sum);
    }
    assertThat(keys).hasSize(2);
  }

  @Test
  void afterAnotherPolicyCameAKeyIsStillItsOwnEndpoints() {
    Algorithm algorithm = new Algorithm.RingHash(OptionalDouble.of(C));
    Fixture fixture = new Fixture(algorithm);
    fixture.groups(endpoints("west", 1, 10));
    int[] ports = new int[50];
    for (int key = 0; key < ports.length; key++) {
      ports[key] = fixture.portOf(key(key));
    }
    // Two on each, so that there is room for another anywhere.
    for (int port = 1; port <= 10; port++) {
      fixture.leaseOn(port);
      fixture.leaseOn(port);
    }
    fixture.balancer.update(
        policy(algorithm).with(new Residency(Set.of("north"), Set.of(), Set.of())));

    for (int key = 0; key < ports.length; key++) {
      Explanation explanation = fixture.balancer.explain(key(key));
      assertThat(explanation.chosen().orElseThrow().address().port()).isEqualTo(ports[key]);
      // The first that it looks at has room.
      assertThat(explanation.runnerUp()).isEmpty();
    }
  }
}
