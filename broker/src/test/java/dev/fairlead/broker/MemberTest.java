package dev.fairlead.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.broker.InForce.Planner;
import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.Enforced;
import dev.fairlead.broker.message.EpochAnswer;
import dev.fairlead.broker.message.EpochAnswer.Verdict;
import dev.fairlead.broker.message.EpochId;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.broker.message.ReportAnswer;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberTest {
  private static final long HOUR = 3600 * Seen.SECOND;
  private static final long TENTH = Clusters.TICK / 10;
  private static final double STEP = 0.10 + 1e-9;

  private static PlanEpoch epoch(long term, long epoch, String broker, Plan... plans) {
    return new PlanEpoch(
        new EpochId(term, epoch, broker),
        "west",
        0,
        1,
        Optional.empty(),
        24 * HOUR,
        List.of(plans),
        List.of(),
        Map.of());
  }

  private static Plan plan(String cluster, Object... shares) {
    List<Plan.Share> rows = new ArrayList<>();
    for (int each = 0; each < shares.length; each += 2) {
      rows.add(
          new Plan.Share((String) shares[each], ((Number) shares[each + 1]).doubleValue(), 1, ""));
    }
    return new Plan(Seen.key(cluster), rows);
  }

  private static Member west() {
    return Clusters.member("west", 1, Member.State.NONE, 0);
  }

  @ParameterizedTest(name = "after {0}/{1} by {2}, {3}/{4} by {5} is {6}")
  @CsvSource({
    "3, 7, b,   3, 8, b,   ACCEPTED",
    "3, 7, b,   3, 7, b,   OLDER",
    "3, 7, b,   3, 6, b,   OLDER",
    "3, 7, b,   4, 1, a,   ACCEPTED",
    "3, 7, b,   4, 1, c,   ACCEPTED",
    "3, 7, b,   2, 99, b,  OLDER_TERM",
    "3, 7, b,   2, 99, c,  OLDER_TERM",
    "3, 7, b,   3, 9, a,   OTHER_BROKER",
    "3, 7, b,   3, 7, a,   OLDER",
    "3, 7, b,   3, 7, c,   ACCEPTED",
    "3, 7, b,   3, 8, c,   ACCEPTED",
    "3, 7, b,   3, 6, c,   OLDER",
  })
  void theNewestIsFollowed(
      long term, long number, String broker, long term2, long number2, String broker2, Verdict is) {
    Member member = west();
    Plan first = plan("west", "west", 1);
    assertThat(member.receive(0, epoch(term, number, broker, first)).isAccepted()).isTrue();
    EpochAnswer answer = member.receive(1, epoch(term2, number2, broker2, plan("west", "east", 1)));
    assertThat(answer.verdict()).isEqualTo(is);
    EpochId followed =
        is == Verdict.ACCEPTED
            ? new EpochId(term2, number2, broker2)
            : new EpochId(term, number, broker);
    assertThat(answer.following()).isEqualTo(followed).isEqualTo(member.following());
    assertThat(answer.why().isEmpty()).isEqualTo(is == Verdict.ACCEPTED);
    assertThat(Seen.shares(member.inForce().get(Seen.key("west")).decided()))
        .containsOnlyKeys(is == Verdict.ACCEPTED ? "east" : "west");
  }

  @Test
  void whatCannotBeIsRefusedAndFencesNobody() {
    Member member = west();
    for (Plan bad :
        List.of(
            plan("west", "west", 0.5),
            plan("west", "west", Double.NaN),
            plan("west", "west", -0.5, "east", 1.5),
            plan("west", "west", Double.POSITIVE_INFINITY),
            plan("west", "west", 0.5, "west", 0.5),
            plan("west"),
            plan("east", "west", 1))) {
      EpochAnswer answer = member.receive(0, epoch(9, 9, "b", bad));
      assertThat(answer.verdict()).isEqualTo(Verdict.MALFORMED);
      assertThat(answer.why()).startsWith("the plan for shop/cart: ");
    }
    Plan twice = plan("west", "west", 1);
    assertThat(member.receive(0, epoch(9, 9, "b", twice, twice)).why()).endsWith("a second plan");
    assertThat(member.following()).isEqualTo(EpochId.NONE);
    assertThat(member.inForce()).isEmpty();
  }

  @Test
  void anEpochForAnotherIsRefused() {
    Member member = Clusters.member("east", 1, Member.State.NONE, 0);
    assertThat(member.receive(0, epoch(1, 1, "b")).verdict()).isEqualTo(Verdict.NOT_FOR_US);
    assertThat(member.following()).isEqualTo(EpochId.NONE);
  }

  @Test
  void aServiceThatIsNotSteeredHereIsNotSteeredFromElsewhere() {
    Member member = west();
    Plan other =
        new Plan(
            new TrafficKey(new ServiceName("shop", "other"), "west", -1),
            plan("west", "west", 1).shares());
    assertThat(member.receive(0, epoch(1, 1, "b", other)).isAccepted()).isTrue();
    assertThat(member.inForce()).isEmpty();
    member.receive(0, epoch(1, 2, "b", plan("west", "west", 1)));
    assertThat(member.inForce()).hasSize(1);
    member.update(List.of(), Topology.UNKNOWN);
    assertThat(member.inForce()).isEmpty();
  }

  @Test
  void anOlderTermIsRefusedAlsoAfterARestart() {
    Member member = west();
    member.receive(0, epoch(5, 1, "b", plan("west", "west", 1)));
    Member next = Clusters.member("west", 1, member.state(), 0);
    assertThat(next.receive(1, epoch(4, 100, "a")).verdict()).isEqualTo(Verdict.OLDER_TERM);
    assertThat(next.report(0, List.of(), Map.of()).incarnation()).isEqualTo(2);
  }

  @Test
  void localityDecidesUntilABrokerHadItsChanceAndThenTheClusterPlansAlone() {
    Clusters three = new Clusters("central", "east", "west");
    for (int tick = 1; tick <= 3; tick++) {
      three.tick("", 1, List.of(), List.of());
      assertThat(three.member("west").inForce()).isEmpty();
    }
    three.tick("", 1, List.of(), List.of());
    assertThat(three.inForce("west").planner()).isEqualTo(Planner.ALONE);
    assertThat(three.shares("west").values()).allMatch(share -> Math.abs(share - 1 / 3.0) < 1e-9);
  }

  @Test
  void neitherTheLossOfTheBrokerNorItsReturnIsAJump() {
    Clusters three = new Clusters("central", "east", "west");
    for (int tick = 0; tick < 10; tick++) {
      three.tick("", 1);
    }
    Set<Planner> planners = new TreeSet<>();
    Map<String, Double> before = three.shares("west");
    for (int tick = 0; tick < 80; tick++) {
      boolean away = tick >= 5 && tick < 40;
      // What is slow changes while the broker is away: it comes back with another mind.
      String slow = tick < 20 ? "east" : "central";
      three.tick(slow, 3, away ? List.of() : three.names, away ? List.of() : three.names);
      InForce inForce = three.inForce("west");
      planners.add(inForce.planner());
      assertThat(inForce.planner())
          .as("tick " + tick)
          .isEqualTo(tick >= 8 && tick < 40 ? Planner.ALONE : Planner.BROKER);
      Map<String, Double> after = three.shares("west");
      assertThat(Seen.distance(before, after)).as("tick " + tick).isLessThanOrEqualTo(STEP);
      before = after;
    }
    assertThat(planners).containsExactly(Planner.BROKER, Planner.ALONE);
    assertThat(before.get("central")).isLessThan(before.get("east") / 3);
  }

  @Test
  void aloneItGoesOnFromWhatIsInForceAndHasLearnedMeanwhile() {
    Clusters three = new Clusters("central", "east", "west");
    for (int tick = 0; tick < 20; tick++) {
      three.tick("east", 4);
    }
    Map<String, Double> led = three.shares("west");
    for (int tick = 0; tick < 10; tick++) {
      three.tick("east", 4, List.of(), List.of());
      // It knows the latencies, so there is nothing to change.
      assertThat(Seen.distance(led, three.shares("west"))).isLessThan(0.02);
    }
    assertThat(three.inForce("west").planner()).isEqualTo(Planner.ALONE);
  }

  @Test
  void reportsThatArriveWithoutEpochsThatDoLeaveItAloneAndTheOtherWayRoundTheBrokerForgets() {
    Clusters two = new Clusters("east", "west");
    for (int tick = 0; tick < 5; tick++) {
      two.tick("", 1);
    }
    List<String> east = List.of("east");
    for (int tick = 0; tick < 10; tick++) {
      two.tick("east", 2, two.names, east);
    }
    assertThat(two.inForce("west").planner()).isEqualTo(Planner.ALONE);
    assertThat(two.inForce("east").planner()).isEqualTo(Planner.BROKER);
    Map<String, Double> alone = two.shares("west");
    two.tick("east", 2);
    assertThat(two.inForce("west").planner()).isEqualTo(Planner.BROKER);
    assertThat(Seen.distance(alone, two.shares("west"))).isLessThanOrEqualTo(STEP);

    // For five minutes it plans from the last word, which is stale: nothing moves.
    Map<String, Double> led = two.shares("west");
    int forgotten = 0;
    for (int tick = 0; tick < 70; tick++) {
      two.tick("", 1, east, two.names);
      boolean isLed = two.inForce("west").planner() == Planner.BROKER;
      forgotten += isLed ? 0 : 1;
      if (isLed && tick > 3) {
        assertThat(Seen.distance(led, two.shares("west"))).as("tick " + tick).isLessThan(1e-9);
      }
      led = isLed ? two.shares("west") : led;
    }
    assertThat(forgotten).isBetween(5, 12);
  }

  @Test
  void aPlanThatNobodyRenewsHoldsForADayAndFadesToLocality() {
    Member member = west();
    member.receive(0, epoch(1, 1, "b", plan("west", "east", 0.75, "west", 0.25)));
    step(member, 10 * Seen.SECOND, Planner.BROKER, 0.75);
    step(member, 60 * Seen.SECOND, Planner.HELD, 0.75);
    step(member, 24 * HOUR, Planner.HELD, 0.75);
    step(member, 24 * HOUR + 150 * Seen.SECOND, Planner.FADING, 0.75 * 0.75);
    step(member, 24 * HOUR + 300 * Seen.SECOND, Planner.FADING, 0.75 * 0.5);
    step(member, 24 * HOUR + 599 * Seen.SECOND, Planner.FADING, 0.75 / 600);
    assertThat(member.step(24 * HOUR + 600 * Seen.SECOND, List.of())).isEmpty();
  }

  private static void step(Member member, long now, Planner planner, double east) {
    InForce inForce = member.step(now, List.of()).get(Seen.key("west"));
    assertThat(inForce.planner()).isEqualTo(planner);
    assertThat(Seen.shares(inForce.plan()).get("east")).isCloseTo(east, within(1e-9));
    assertThat(Seen.shares(inForce.plan()).get("west")).isCloseTo(1 - east, within(1e-9));
  }

  @Test
  void whoHearsTwoBrokersOfOneTermFollowsOneOfThem() {
    Member member = west();
    int changes = 0;
    String followed = "";
    for (int each = 1; each <= 100; each++) {
      long now = each * Clusters.TICK;
      for (String broker : each % 2 == 0 ? List.of("a", "b") : List.of("b", "a")) {
        member.receive(now, epoch(1, each, broker, plan("west", broker, 1)));
      }
      member.step(now, List.of());
      changes += member.following().broker().equals(followed) ? 0 : 1;
      followed = member.following().broker();
    }
    assertThat(followed).isEqualTo("b");
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void theOtherOfTwoIsFollowedWhenTheFirstIsLost() {
    Member member = west();
    member.receive(0, epoch(1, 10, "b", plan("west", "b", 1)));
    EpochAnswer soon = member.receive(10 * Seen.SECOND, epoch(1, 12, "a"));
    assertThat(soon.verdict()).isEqualTo(Verdict.OTHER_BROKER);
    assertThat(member.receive(21 * Seen.SECOND, epoch(1, 14, "a")).isAccepted()).isTrue();
    // Nor does a count go back because of who counts.
    assertThat(member.receive(22 * Seen.SECOND, epoch(1, 11, "b")).verdict())
        .isEqualTo(Verdict.OLDER);
  }

  @Test
  void fiftyThatLoseTheirBrokerAtOnceDoNotStartToPlanAtOnce() {
    Random random = new Random(Seeds.base());
    List<Long> patience = new ArrayList<>();
    for (int each = 0; each < 50; each++) {
      Member member =
          new Member(
              new Member.Settings("west", Clusters.INTERVAL),
              Seen.STEERED,
              Topology.UNKNOWN,
              1,
              random::nextLong,
              Member.State.NONE,
              0);
      member.receive(0, epoch(1, 1, "b"));
      long millis = 0;
      while (!member.isAlone(millis * 1_000_000)) {
        millis += 10;
      }
      patience.add(millis);
    }
    assertThat(patience).allMatch(millis -> millis > 15_000 && millis <= 20_010);
    for (int from = 15_000; from < 20_000; from += 500) {
      int start = from;
      // Uniform: 5 are expected in each tenth of an interval; 17 come once in 10⁵ tests.
      assertThat(patience.stream().filter(at -> at >= start && at < start + 500).count())
          .isLessThan(17);
    }
  }

  @Test
  void aReporterWhoseClockOfLivesWentBackIsHeardAgain() {
    Clusters one = new Clusters("west");
    one.tick("", 1);
    one.members.put("west", Clusters.member("west", 5, Member.State.NONE, one.now));
    one.now += Clusters.TICK;
    assertThat(one.report("west", "", 1).verdict()).isEqualTo(ReportAnswer.Verdict.EARLIER_LIFE);
    one.now += Clusters.TICK;
    assertThat(one.report("west", "", 1).isAccepted()).isTrue();
  }

  @Test
  void othersLastWordGrowsOlderWhileTheBrokerIsAway() {
    long sent = 77 * HOUR;
    Observation east = Seen.by("east", sent - 2 * Seen.SECOND, Seen.good("west", 1, 1));
    Observation own = Seen.by("west", sent, Seen.good("west", 1, 1));
    PlanEpoch epoch =
        new PlanEpoch(
            new EpochId(1, 1, "b"),
            "west",
            sent,
            1,
            Optional.empty(),
            HOUR,
            List.of(),
            List.of(east, own),
            Map.of());
    PeerClock clock = new PeerClock();
    clock.heard(7, sent, Optional.empty());
    Background background = Background.of(7, epoch, clock);
    for (long later : new long[] {0, HOUR}) {
      List<Observation> now = background.observations(7 + later);
      assertThat(now).extracting(Observation::key).containsExactly(Seen.key("east"));
      assertThat(now.getFirst().nanos()).isEqualTo(7 + later);
      assertThat(now.getFirst().destinations().getFirst().ageNanos())
          .isEqualTo(2 * Seen.SECOND + later);
    }
  }

  @Test
  void aClusterIsToldOfOthersWhatItNeedsAndWhatThereIsRoomFor() {
    Observation.Destination row = Seen.good("west", 1, 1);
    Observation east = Seen.by("east", 0, row, row, row);
    Observation west = Seen.by("west", 0, row);
    Observation north = Seen.by("north", 0, row);
    List<Observation> seen = List.of(east, west, north);
    assertThat(Background.ofOthers("west", seen, service -> true, 4)).containsExactly(east, north);
    assertThat(Background.ofOthers("west", seen, service -> true, 3)).containsExactly(east);
    assertThat(Background.ofOthers("west", seen, service -> true, 2)).containsExactly(north);
    assertThat(Background.ofOthers("west", seen, service -> false, 4)).isEmpty();

    Clusters two = new Clusters("east", "west");
    two.report("east", "", 1);
    two.report("west", "", 1);
    // L3 decides for each source alone.
    assertThat(two.broker.step(two.now)).allMatch(each -> each.background().isEmpty());
  }

  @Test
  void aPlanOfAnOlderTermLeadsNoMoreWhenANewerTermDoesNotName() {
    Member member = west();
    member.receive(0, epoch(1, 1, "b", plan("west", "west", 1)));
    member.receive(1, epoch(2, 1, "b"));
    InForce inForce = member.inForce().get(Seen.key("west"));
    assertThat(inForce.planner()).isEqualTo(Planner.HELD);
    assertThat(inForce.epoch()).isEqualTo(new EpochId(1, 1, "b"));
  }

  @Test
  void aNewLeadersPlanTakesForceStepByStep() {
    Member member = west();
    member.receive(0, epoch(1, 1, "b", plan("west", "west", 1)));
    for (int each = 1; each <= 10; each++) {
      member.receive(each, epoch(2, each, "a", plan("west", "east", 0.75, "west", 0.25)));
      InForce inForce = member.inForce().get(Seen.key("west"));
      assertThat(Seen.shares(inForce.plan()).get("east"))
          .isCloseTo(Math.min(0.75, each * 0.1), within(1e-9));
      assertThat(inForce.why().endsWith("step limited: another planned before"))
          .isEqualTo(each < 8);
    }
    // Its own changes are its own affair: it may have to leave at once what is over its capacity.
    member.receive(11, epoch(2, 11, "a", plan("west", "east", 0, "west", 1)));
    assertThat(Seen.shares(member.inForce().get(Seen.key("west")).plan()))
        .isEqualTo(Map.of("east", 0.0, "west", 1.0));
  }

  @Test
  void theBrokerGoesOnFromWhatAClusterDecidedAloneButNotFromWhatIsHistory() {
    Clusters two = new Clusters("east", "west");
    for (int tick = 0; tick < 5; tick++) {
      two.tick("", 1);
    }
    List<String> east = List.of("east");
    for (int tick = 0; tick < 20; tick++) {
      two.tick("east", 1.8, two.names, east);
    }
    Map<String, Double> alone = two.shares("west");
    ClusterReport late =
        two.member("west").report(two.now, two.seen("west", "east", 1.8), Map.of());
    two.tick("east", 1.8);
    assertThat(two.inForce("west").planner()).isEqualTo(Planner.BROKER);
    assertThat(two.inForce("west").plan()).isEqualTo(two.inForce("west").decided());
    assertThat(Seen.distance(alone, two.shares("west"))).isLessThan(0.02);
    assertThat(late.enforced()).extracting(Enforced::alone).containsExactly(true);

    // A report from before it followed again, which comes after its answer.
    ClusterReport history =
        new ClusterReport(
            "west",
            late.incarnation(),
            late.sequence() + 2,
            late.sentNanos(),
            late.following(),
            Optional.empty(),
            late.observations(),
            List.of(new Enforced(Seen.key("west"), true, Map.of("east", 1.0))),
            Map.of());
    assertThat(two.broker.receive(two.now, history).isAccepted()).isTrue();
    PlanEpoch next =
        two.broker.step(two.now).stream()
            .filter(each -> each.recipient().equals("west"))
            .findFirst()
            .orElseThrow();
    assertThat(Seen.distance(alone, Seen.shares(next.plans().getFirst()))).isLessThan(0.12);
  }

  @Test
  void fiftyClustersThatLoseTheirBrokerAndGetItBackDoNotMoveTogether() {
    String[] names = new String[50];
    Arrays.setAll(names, each -> "c" + each);
    Clusters fifty = new Clusters(names);
    fifty.destinations = List.of("c0", "c1", "c2");
    for (int tick = 0; tick < 8; tick++) {
      fifty.tick("", 1);
    }
    long start = fifty.now;
    List<String> byPhase = new ArrayList<>(fifty.names);
    byPhase.sort(Comparator.comparingLong(each -> fifty.member(each).phaseNanos()));
    double before = share(fifty);
    List<Long> changes = new ArrayList<>();
    for (int tick = 1; tick <= 20; tick++) {
      for (String name : byPhase) {
        fifty.now = start + tick * Clusters.TICK + fifty.member(name).phaseNanos();
        double own = fifty.shares(name).get("c0");
        fifty.member(name).step(fifty.now, fifty.seen(name, "c0", 1.9));
        if (Math.abs(fifty.shares(name).get("c0") - own) > 1e-6) {
          changes.add(fifty.now);
        }
      }
    }
    assertThat(changes.size()).isGreaterThanOrEqualTo(50);
    for (long at : changes) {
      long together = changes.stream().filter(each -> Math.abs(each - at) < TENTH / 2).count();
      // Uniform phases: 5 are expected in a tenth of an interval; 17 come once in 10⁵ tests.
      assertThat(together).isLessThan(17);
    }
    fifty.now = start + 22 * Clusters.TICK;
    double alone = share(fifty);
    assertThat(alone).isLessThan(before);
    fifty.tick("c0", 1.9);
    assertThat(fifty.names).allMatch(name -> fifty.inForce(name).planner() == Planner.BROKER);
    assertThat(Math.abs(share(fifty) - alone)).isLessThan(0.1 * alone);
  }

  /** What all together send to c0, as a share. */
  private static double share(Clusters clusters) {
    double sum = 0;
    for (String name : clusters.names) {
      sum += clusters.shares(name).get("c0");
    }
    return sum / clusters.names.size();
  }
}
