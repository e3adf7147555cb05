package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.labelled;
import static dev.fairlead.balancer.pick.Fixture.triedPorts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.EndpointReport.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnreachableTest {
  private static final int LONGEST_BACKOFF_MILLIS = 2000;

  private final Fixture fixture = new Fixture(Algorithm.PeakEwma.DEFAULT);

  @BeforeEach
  void twoEndpoints() {
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
  }

  /** The trial, which is one of the first picks after the back-off. */
  private Lease trialOf(int port) {
    fixture.advance(LONGEST_BACKOFF_MILLIS);
    return leaseWithin(200, port);
  }

  /** The first lease on {@code port} of so many picks, the others ending at once. */
  private Lease leaseWithin(int picks, int port) {
    for (int pick = 0; pick < picks; pick++) {
      Lease lease = fixture.lease();
      if (lease.endpoint().address().port() == port) {
        return lease;
      }
      lease.end(Outcome.IGNORED);
    }
    throw new AssertionError("no lease on " + port + ", " + Seed.replay());
  }

  @Test
  void threeFailedConnectsInARowMakeAnEndpointUnreachable() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 2);
    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
    fixture.fail(1, Outcome.CONNECT_FAILED, 1);

    assertThat(fixture.report(1).state()).isEqualTo(State.UNREACHABLE);
    assertThat(fixture.countByPort(Request.ANY, 500)).containsOnlyKeys(2);
    assertThat(fixture.balancer.report().destinations().get(0).usable()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REPLIED", "REFUSED", "OVERLOADED", "FAILED"})
  void anythingHeardBetweenBreaksTheRow(Outcome heard) {
    fixture.fail(1, Outcome.CONNECT_FAILED, 2);
    fixture.leaseOn(1).end(heard);
    fixture.fail(1, Outcome.CONNECT_FAILED, 2);

    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
  }

  @Test
  void connectionsThatBreakWhenTheirEndpointDiesDoNotBreakTheRow() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 2);
    fixture.leaseOn(1).end(Outcome.RESET);
    fixture.fail(1, Outcome.CONNECT_FAILED, 1);

    assertThat(fixture.report(1).state()).isEqualTo(State.UNREACHABLE);
  }

  @Test
  void oneTrialAtATimeIsLetThroughAndItsSuccessRestoresAtOnce() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    Lease trial = trialOf(1);
    fixture.advance(4_900);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2);

    trial.answered();
    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
  }

  @Test
  void anEndpointThatCameBackIsUsedAgainAtOnce() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    for (int trial = 0; trial < 4; trial++) {
      trialOf(1).end(Outcome.CONNECT_FAILED);
    }
    Lease trial = trialOf(1);
    fixture.advance(20);
    trial.end(Outcome.REPLIED);
    Lease other = fixture.leaseOn(2);
    fixture.advance(20);
    other.end(Outcome.REPLIED);

    // Drawn as often as the other, and not avoided for the trials that failed.
    Lease busy = fixture.leaseOn(2);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1);
    busy.end(Outcome.IGNORED);
  }

  @ParameterizedTest
  @EnumSource(names = {"REPLIED", "REFUSED", "OVERLOADED", "FAILED", "RESET"})
  void anyTrialThatShowsAConnectionRestores(Outcome outcome) {
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    trialOf(1).end(outcome);

    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
  }

  @Test
  void anIgnoredTrialLeavesItToTheNextRequest() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    trialOf(1).end(Outcome.IGNORED);

    assertThat(fixture.report(1).state()).isEqualTo(State.UNREACHABLE);
    leaseWithin(200, 1);
  }

  @Test
  void failedTrialsComeLaterAndLaterUpToABound() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    List<Integer> waits = new ArrayList<>();
    for (int trial = 0; trial < 8; trial++) {
      int waited = 0;
      Lease lease = fixture.lease();
      int picks = 1;
      while (lease.endpoint().address().port() != 1) {
        lease.end(Outcome.IGNORED);
        // So many picks in each millisecond that one of them is the trial if it is due.
        if (picks++ % 200 == 0) {
          fixture.advance(1);
          waited++;
        }
        lease = fixture.lease();
      }
      lease.end(Outcome.CONNECT_FAILED);
      waits.add(waited);
    }

    int longest = 250;
    for (int waited : waits) {
      assertThat(waited).isBetween(longest / 2, longest + 1);
      longest = Math.min(LONGEST_BACKOFF_MILLIS, 2 * longest);
    }
  }

  @Test
  void aRetryIsNoTrialWhileItCanGoElsewhere() {
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2), endpoint("west", 3));
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    fixture.advance(LONGEST_BACKOFF_MILLIS);

    assertThat(fixture.countByPort(triedPorts(2), 200)).containsOnlyKeys(3);
    leaseWithin(200, 1);
  }

  @Test
  void endpointsThatLocalityWouldGiveNoTrafficAreNotTried() {
    fixture.endpoints(endpoint("west", 1), endpoint("east", 2));
    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    fixture.advance(LONGEST_BACKOFF_MILLIS);

    assertThat(fixture.countByCluster(200)).containsOnlyKeys("west");
  }

  @Test
  void aClusterThatThePlanGivesNothingIsTriedElseThePlanWouldNeverLearnThatItIsBack() {
    fixture.endpoints(endpoint("west", 1), endpoint("east", 2));
    fixture.shares(Map.of("east", 0.5, "west", 0.5));
    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    fixture.shares(Map.of("west", 1.0));

    trialOf(2).end(Outcome.REPLIED);
    assertThat(fixture.report(2).state()).isEqualTo(State.READY);
  }

  @Test
  void whenAllAreUnreachablePicksAreRefusedButForTrialsThatAreDue() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_UNREACHABLE);

    fixture.advance(LONGEST_BACKOFF_MILLIS);
    Lease one = fixture.lease(triedPorts(1, 2));
    Lease other = fixture.lease();
    assertThat(one.endpoint()).isNotEqualTo(other.endpoint());
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_UNREACHABLE);

    one.end(Outcome.REPLIED);
    assertThat(fixture.lease().endpoint()).isEqualTo(one.endpoint());
  }

  @Test
  void aTrialThatHangsGivesWayToAnother() {
    fixture.endpoints(endpoint("west", 1));
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    fixture.advance(LONGEST_BACKOFF_MILLIS);
    Lease hanging = fixture.lease();
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_UNREACHABLE);

    fixture.advance(5_000);
    fixture.lease().end(Outcome.REPLIED);
    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
    hanging.end(Outcome.CONNECT_FAILED);
    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
  }

  @Test
  void howeverManyTrialsAreDueMostRequestsGoWhereTheyAreServed() {
    fixture.endpoints(
        IntStream.rangeClosed(1, 100)
            .mapToObj(port -> endpoint("west", port))
            .toArray(Endpoint[]::new));
    for (int port = 2; port <= 100; port++) {
      fixture.fail(port, Outcome.CONNECT_FAILED, 3);
    }
    fixture.advance(LONGEST_BACKOFF_MILLIS);
    int trials = 0;
    for (int pick = 0; pick < 400; pick++) {
      trials += fixture.lease().endpoint().address().port() == 1 ? 0 : 1;
    }

    // One in ten: 40 ± 6, and five standard deviations.
    assertThat(trials).as(Seed.replay()).isBetween(10, 70);
  }

  @Test
  void eachOfManyUnreachableEndpointsHasItsTurn() {
    fixture.endpoints(
        IntStream.rangeClosed(1, 40)
            .mapToObj(port -> endpoint("west", port))
            .toArray(Endpoint[]::new));
    for (int port = 2; port <= 40; port++) {
      fixture.fail(port, Outcome.CONNECT_FAILED, 3);
    }
    Set<Integer> tried = new HashSet<>();
    for (int pick = 0; pick < 2000; pick++) {
      fixture.advance(100);
      Lease lease = fixture.lease();
      int port = lease.endpoint().address().port();
      tried.add(port);
      lease.end(port == 1 ? Outcome.REPLIED : Outcome.CONNECT_FAILED);
    }

    // About 200 trials; four of them each at least.
    assertThat(tried).as(Seed.replay()).hasSize(40);
  }

  @Test
  void aSubsetThatWasLostIsTriedThoughOthersAreNearer() {
    Request second =
        new Request() {
          @Override
          public Labels subset() {
            return new Labels(Map.of("version", "v2"));
          }
        };
    fixture.endpoints(labelled("west", 1, "v1"), labelled("east", 2, "v2"));
    for (int i = 0; i < 3; i++) {
      fixture.lease(second).end(Outcome.CONNECT_FAILED);
    }
    assertThat(fixture.balancer.pick(second)).isInstanceOf(Refusal.class);
    fixture.advance(LONGEST_BACKOFF_MILLIS);
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1);

    fixture.lease(second).end(Outcome.REPLIED);
    assertThat(fixture.report(2).state()).isEqualTo(State.READY);
  }

  @Test
  void aLateReplyOfAnEarlierLeaseRestoresToo() {
    Lease early = fixture.leaseOn(1);
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    early.end(Outcome.REPLIED);

    assertThat(fixture.report(1).state()).isEqualTo(State.READY);
  }

  @Test
  void anUpdateForgetsNothing() {
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    fixture.endpoints(endpoint("west", 1, 5), endpoint("west", 2));

    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2);
  }
}
