package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.labelled;
import static dev.fairlead.balancer.pick.Fixture.triedIn;
import static dev.fairlead.balancer.pick.Fixture.triedPorts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.EndpointReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceBalancerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final LocalityPolicy STRICT =
      new LocalityPolicy(
          LocalityPolicy.Mode.STRICT,
          List.of(LocalityPolicy.Scope.REGION, LocalityPolicy.Scope.ZONE));

  private final Fixture fixture = new Fixture(Algorithm.P2c.DEFAULT);

  @Test
  void withoutEndpointsAPickIsRefused() {
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.NO_ENDPOINT);
  }

  @Test
  void endpointsOfWeightZeroAreAsGoodAsNone() {
    fixture.endpoints(endpoint("west", 1, 0), endpoint("west", 2, 0));

    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.NO_ENDPOINT);
    assertThat(fixture.balancer.report().destinations().get(0).usable()).isZero();
  }

  @Test
  void afterTheCloseAPickIsRefusedAndALeaseStillEnds() {
    fixture.endpoints(endpoint("west", 1));
    Lease lease = fixture.lease();
    fixture.balancer.close();
    lease.end(Outcome.REPLIED);
    fixture.endpoints(endpoint("west", 1));

    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.CLOSED);
    assertThat(fixture.balancer.endpoints()).isEmpty();
    DestinationReport row = fixture.balancer.report().destinations().get(0);
    assertThat(row.replied()).isEqualTo(1);
    assertThat(row.inFlight()).isZero();
  }

  @Test
  void aSecondEndIsANoOp() {
    fixture.endpoints(endpoint("west", 1));
    Lease lease = fixture.lease();
    lease.end(Outcome.FAILED);
    lease.end(Outcome.REPLIED);
    lease.answered();

    DestinationReport row = fixture.balancer.report().destinations().get(0);
    assertThat(row.failed()).isEqualTo(1);
    assertThat(row.replied()).isZero();
    assertThat(row.inFlight()).isZero();
    assertThat(row.latency().count()).isZero();
    assertThat(fixture.report(1).inFlight()).isZero();
  }

  @Test
  void theLatencySampleIsFromPickToTheFirstAnswerOnly() {
    fixture.endpoints(endpoint("west", 1));
    Lease lease = fixture.lease();
    fixture.advance(200);
    lease.answered();
    fixture.advance(5000);
    lease.answered();
    lease.end(Outcome.REPLIED);

    DestinationReport row = fixture.balancer.report().destinations().get(0);
    assertThat(row.latency().count()).isEqualTo(1);
    assertThat(row.latency().sumNanos()).isEqualTo(200_000_000);
  }

  @Test
  void aReplyThatWasNeverAnsweredIsAnsweredAtItsEnd() {
    fixture.endpoints(endpoint("west", 1));
    Lease lease = fixture.lease();
    fixture.advance(300);
    lease.end(Outcome.REPLIED);

    assertThat(fixture.balancer.report().destinations().get(0).latency().sumNanos())
        .isEqualTo(300_000_000);
    assertThat(fixture.report(1).latencyNanos()).isEqualTo(3e8);
  }

  @Test
  void countsByClusterAndClassAndOutcome() {
    fixture.endpoints(endpoint("west", 1));
    Request urgent =
        new Request() {
          @Override
          public int trafficClass() {
            return 7;
          }
        };
    Lease lease = fixture.lease(urgent);
    lease.transferred(100, 2000);
    lease.transferred(1, 2);
    lease.end(Outcome.REPLIED);
    fixture.lease(urgent).end(Outcome.IGNORED);
    fixture.lease(urgent).end(Outcome.RESET);
    fixture.lease(urgent);

    List<DestinationReport> rows = fixture.balancer.report().destinations();
    assertThat(rows).extracting(DestinationReport::trafficClass).containsExactly(3, 7);
    DestinationReport row = rows.get(1);
    assertThat(row.started()).isEqualTo(4);
    assertThat(row.replied()).isEqualTo(1);
    assertThat(row.ignored()).isEqualTo(1);
    assertThat(row.failed()).isEqualTo(1);
    assertThat(row.inFlight()).isEqualTo(1);
    assertThat(row.bytesSent()).isEqualTo(101);
    assertThat(row.bytesReceived()).isEqualTo(2002);
  }

  @Test
  void rowsSurviveUpdatesAndTheirClusterAndTheReportIsInTheTickersTime() {
    fixture.endpoints(endpoint("west", 1));
    fixture.lease().end(Outcome.REPLIED);
    fixture.endpoints(endpoint("east", 2));

    List<DestinationReport> rows = fixture.balancer.report().destinations();
    assertThat(rows).extracting(DestinationReport::cluster).containsExactly("east", "west");
    assertThat(rows.get(1).replied()).isEqualTo(1);
    assertThat(rows.get(1).endpoints()).isZero();
    assertThat(rows.get(0).usable()).isEqualTo(1);
    assertThat(fixture.balancer.report().nanos()).isEqualTo(fixture.ticker.nanos());
  }

  @Test
  void statisticsSurviveAChangeOfWeightLabelsAndLocality() {
    fixture.endpoints(endpoint("west", 1));
    Lease lease = fixture.lease();
    Place moved = new Place("west", Fixture.place("elsewhere").locality(), "node", "net");
    fixture.endpoints(
        new Endpoint(lease.endpoint().address(), moved, new Labels(Map.of("a", "b")), 7));

    assertThat(fixture.report(1).inFlight()).isEqualTo(1);
    assertThat(fixture.report(1).priority()).isEqualTo(2);
    lease.end(Outcome.REPLIED);
    assertThat(fixture.report(1).inFlight()).isZero();
  }

  @Test
  void anEndpointThatCameBackStartsAnewAndLateLeasesDoNotTouchIt() {
    fixture.endpoints(endpoint("west", 1));
    Lease late = fixture.lease();
    Lease failing = fixture.lease();
    fixture.endpoints();
    fixture.endpoints(endpoint("west", 1));
    fixture.advance(700);
    late.end(Outcome.REPLIED);
    failing.end(Outcome.FAILED, LoadReport.NONE, 10 * SECOND);

    EndpointReport report = fixture.report(1);
    assertThat(report.picks()).isZero();
    assertThat(report.failed()).isZero();
    assertThat(report.inFlight()).isZero();
    assertThat(report.latencyNanos()).isNaN();
    assertThat(report.successRatio()).isNaN();
    assertThat(report.state()).isEqualTo(EndpointReport.State.READY);
    assertThat(fixture.balancer.report().destinations().get(0).replied()).isEqualTo(1);
  }

  @Test
  void theSameAddressInAnotherClusterIsAnotherEndpoint() {
    fixture.endpoints(endpoint("west", 1));
    fixture.lease();
    fixture.endpoints(endpoint("east", 1));

    assertThat(fixture.report(1).inFlight()).isZero();
  }

  @Test
  void retryAfterKeepsRequestsAwayUntilThen() {
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
    fixture.advance(1000);
    fixture.leaseOn(1).end(Outcome.OVERLOADED, LoadReport.NONE, 2 * SECOND);

    assertThat(fixture.report(1).state()).isEqualTo(EndpointReport.State.GATED);
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(2);
    fixture.advance(2000);
    assertThat(fixture.report(1).state()).isEqualTo(EndpointReport.State.READY);
    // The failure's slot is held for five seconds; after that both are alike again.
    fixture.advance(4000);
    assertThat(fixture.countByPort(Request.ANY, 200)).containsOnlyKeys(1, 2);
  }

  @Test
  void whenAllRestByRetryAfterTheyArePickedAllTheSame() {
    fixture.endpoints(endpoint("west", 1));
    fixture.lease().end(Outcome.OVERLOADED, LoadReport.NONE, 2 * SECOND);

    assertThat(fixture.lease().endpoint().address().port()).isEqualTo(1);
  }

  @Test
  void aRetryGoesToAnotherEndpointThenToTheNextPriorityThenAnywhere() {
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2), endpoint("east", 3));

    assertThat(fixture.countByPort(triedPorts(1), 100)).containsOnlyKeys(2);
    assertThat(fixture.countByPort(triedPorts(1, 2), 100)).containsOnlyKeys(3);
    assertThat(fixture.countByPort(triedPorts(1, 2, 3), 100)).containsOnlyKeys(1, 2);
  }

  @Test
  void aRetryLeavesTheClusterThatItTriedForAnotherOfTheSamePriorityOnly() {
    fixture.balancer.update(
        new BalancerPolicy(
            Algorithm.PeakEwma.DEFAULT,
            new LocalityPolicy(LocalityPolicy.Mode.FAILOVER, List.of())));
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2), endpoint("east", 3));
    assertThat(fixture.countByPort(triedIn("west"), 100)).containsOnlyKeys(3);

    fixture.balancer.update(BalancerPolicy.DEFAULT);
    assertThat(fixture.countByPort(triedIn("west"), 100)).containsOnlyKeys(1, 2);
  }

  @Test
  void aSubsetIsKeptWhateverElseGivesWay() {
    Request second =
        new Request() {
          @Override
          public Labels subset() {
            return new Labels(Map.of("version", "v2"));
          }
        };
    fixture.endpoints(labelled("west", 1, "v1"), labelled("east", 2, "v2"));

    assertThat(fixture.countByPort(second, 100)).containsOnlyKeys(2);
    fixture.endpoints(labelled("west", 1, "v1"));
    assertThat(fixture.balancer.pick(second)).isEqualTo(Refusal.NO_ENDPOINT);
  }

  @Test
  void trafficSpillsFromTheNearestPriorityAsItsHealthFalls() {
    fixture.endpoints(endpoint("east", 1), endpoint("west", 2), endpoint("west", 3));
    assertThat(fixture.countByCluster(100)).containsOnlyKeys("west");

    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    // Half of west is left: 140 · 1 / 2 = 70 %.
    Map<Integer, Integer> spilt = fixture.countByPort(Request.ANY, 10_000);
    assertThat(spilt).containsOnlyKeys(1, 3);
    assertThat(spilt.get(3)).as(Seed.replay()).isBetween(6_800, 7_200);
    fixture.fail(3, Outcome.CONNECT_FAILED, 3);
    assertThat(fixture.countByCluster(100)).containsOnlyKeys("east");
  }

  @Test
  void aCallerWhosePlaceBecomesKnownLateIsServedFromThere() {
    fixture.endpoints(endpoint("east", 1), endpoint("west", 2));
    fixture.balancer.update(Fixture.place("east"));

    assertThat(fixture.countByCluster(100)).containsOnlyKeys("east");
  }

  @Test
  void aChangeOfThePreferenceAloneIsRankedAnew() {
    fixture.endpoints(endpoint("east", 1), endpoint("west", 2));
    fixture.balancer.update(
        new BalancerPolicy(
            Algorithm.P2c.DEFAULT, new LocalityPolicy(LocalityPolicy.Mode.FAILOVER, List.of())));

    assertThat(fixture.countByCluster(100)).containsOnlyKeys("east", "west");
  }

  @Test
  void strictNeverLeavesPriorityZero() {
    Fixture strict = new Fixture(Algorithm.P2c.DEFAULT, STRICT);
    strict.endpoints(endpoint("east", 1));
    assertThat(strict.balancer.pick(Request.ANY)).isEqualTo(Refusal.NO_ENDPOINT);

    strict.endpoints(endpoint("east", 1), endpoint("west", 2));
    assertThat(strict.countByCluster(100)).containsOnlyKeys("west");
    strict.fail(2, Outcome.CONNECT_FAILED, 3);
    assertThat(strict.balancer.pick(Request.ANY)).isEqualTo(Refusal.NO_ENDPOINT);
  }

  @Test
  void strictHoldsForClustersThatAPlanDoesNotName() {
    Fixture strict = new Fixture(Algorithm.P2c.DEFAULT, STRICT);
    strict.endpoints(endpoint("west", 1), endpoint("east", 2), endpoint("north", 3));
    strict.shares(Map.of("north", 1.0));
    assertThat(strict.countByCluster(100)).containsOnlyKeys("north");

    strict.fail(3, Outcome.CONNECT_FAILED, 3);
    assertThat(strict.countByCluster(100)).containsOnlyKeys("west");
    strict.fail(1, Outcome.CONNECT_FAILED, 3);
    assertThat(strict.balancer.pick(Request.ANY)).isEqualTo(Refusal.NO_ENDPOINT);
  }

  @Test
  void theLargestWeightsThereAreDoNotStopAnUpdate() {
    for (Algorithm algorithm : Fixture.ALGORITHMS) {
      Fixture heavy = new Fixture(algorithm);
      heavy.endpoints(endpoint("west", 1, Double.MAX_VALUE), endpoint("west", 2, Double.MAX_VALUE));

      assertThat(heavy.countByPort(Request.ANY, 100)).containsOnlyKeys(1, 2);
    }
  }
}
