package dev.fairlead.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.EpochAnswer;
import dev.fairlead.broker.message.EpochId;
import dev.fairlead.broker.message.Limits;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.broker.message.ReportAnswer;
import dev.fairlead.broker.message.ReportAnswer.Verdict;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokerTest {
  private static final long NOW = 500 * Seen.SECOND;
  private static final double NONE = Double.NaN;

  private static ClusterReport report(
      long incarnation, long sequence, long sent, Observation... observations) {
    return new ClusterReport(
        "west",
        incarnation,
        sequence,
        sent,
        EpochId.NONE,
        Optional.empty(),
        List.of(observations),
        List.of(),
        Map.of());
  }

  private static Observation fine(long sent) {
    return Seen.by("west", sent, Seen.good("west", 100, 20), Seen.good("east", 100, 20));
  }

  private static Verdict verdict(Broker broker, long incarnation, long sequence) {
    long sent = sequence * Clusters.TICK;
    return broker.receive(NOW + sent, report(incarnation, sequence, sent, fine(sent))).verdict();
  }

  @Test
  void eachReportCountsOnceAndInItsOrder() {
    Broker broker = Clusters.broker("b");
    assertThat(verdict(broker, 1, 1)).isEqualTo(Verdict.ACCEPTED);
    assertThat(verdict(broker, 1, 1)).isEqualTo(Verdict.DUPLICATE);
    assertThat(verdict(broker, 1, 3)).isEqualTo(Verdict.ACCEPTED);
    assertThat(verdict(broker, 1, 2)).isEqualTo(Verdict.OUT_OF_ORDER);
    assertThat(verdict(broker, 2, 1)).isEqualTo(Verdict.ACCEPTED);
    assertThat(verdict(broker, 1, 4)).isEqualTo(Verdict.EARLIER_LIFE);
    assertThat(verdict(broker, 2, 2)).isEqualTo(Verdict.ACCEPTED);
    assertThat(broker.quarantined(NOW)).isEmpty();
  }

  @Test
  void aReplayIsNotBelievedAfterARestartEither() {
    Broker broker = Clusters.broker("b");
    verdict(broker, 4, 7);
    Broker next = Clusters.broker("b");
    next.restore(NOW, broker.state());
    assertThat(verdict(next, 4, 7)).isEqualTo(Verdict.DUPLICATE);
    assertThat(verdict(next, 4, 6)).isEqualTo(Verdict.OUT_OF_ORDER);
    assertThat(verdict(next, 3, 9)).isEqualTo(Verdict.EARLIER_LIFE);
    assertThat(verdict(next, 4, 8)).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void twoReportersOfOneLifeAreFound() {
    Broker broker = Clusters.broker("b");
    verdict(broker, 1, 1);
    ReportAnswer answer = broker.receive(NOW, report(1, 1, 77, fine(77)));
    assertThat(answer.verdict()).isEqualTo(Verdict.QUARANTINED);
    assertThat(answer.why()).startsWith("two reporters call themselves 'west'; it is not heard");

    Broker another = Clusters.broker("b");
    verdict(another, 1, 1);
    verdict(another, 1, 3);
    assertThat(another.receive(NOW, report(1, 2, Clusters.TICK * 9, fine(1))).verdict())
        .isEqualTo(Verdict.QUARANTINED);
  }

  @Test
  void twoReportersThatOutliveEachOtherAreFoundAndOneThatRestartsIsNot() {
    Clusters one = new Clusters("west");
    one.tick("", 1);
    Member other = Clusters.member("west", 5, Member.State.NONE, one.now);
    boolean found = false;
    for (int tick = 0; tick < 8; tick++) {
      one.tick("", 1);
      other.receive(
          one.broker.receive(one.now, other.report(one.now, one.seen("west", "", 1), Map.of())));
      found |= one.broker.quarantined(one.now).containsKey("west");
    }
    assertThat(found).isTrue();
    assertThat(one.broker.quarantined(one.now).get("west")).contains("two reporters of one name");

    Clusters restarting = new Clusters("west");
    for (int life = 11; life < 14; life++) {
      restarting.members.put(
          "west", Clusters.member("west", life, Member.State.NONE, restarting.now));
      restarting.tick("", 1);
      assertThat(restarting.broker.quarantined(restarting.now)).isEmpty();
    }
  }

  /** A report that no honest cluster sends, and what is said of it. */
  record Lie(String why, Observation... observations) {
    @Override
    public String toString() {
      return why;
    }
  }

  static List<Lie> lies() {
    TrafficKey east = Seen.key("east");
    return List.of(
        lie("a: started rps 1.0E9", Seen.row("a", 0, 1e9, 1, 1, 1, 1e6, 1e6)),
        lie("a: started rps Infinity", Seen.row("a", 0, 1 / 0.0, 1, 1, 1, 1e6, 1e6)),
        lie("a: started rps -1.0", Seen.row("a", 0, -1, 1, 1, 1, 1e6, 1e6)),
        lie("a: ended rps 1.0E9", Seen.row("a", 0, 1, 1e9, 1, 1, 1e6, 1e6)),
        lie("a: started NaN rps and ended 1.0", Seen.row("a", 0, NONE, 1, 1, 1, 1e6, 1e6)),
        lie("a: does not know its requests in flight", Seen.row("a", 0, 1, 1, NONE, 1, 1e6, 1e6)),
        lie("a: in flight -1.0", Seen.row("a", 0, 1, 1, -1, 1, 1e6, 1e6)),
        lie("a: success ratio 1.5", Seen.row("a", 0, 1, 1, 1, 1.5, 1e6, 1e6)),
        lie("a: P50 ns -1.0", Seen.row("a", 0, 1, 1, 1, 1, -1, 1e6)),
        lie("a: P99 ns Infinity", Seen.row("a", 0, 1, 1, 1, 1, 1e6, 1 / 0.0)),
        lie("a: P99 of 1.0 ns below P50 of 1000000.0 ns", Seen.row("a", 0, 1, 1, 1, 1, 1e6, 1)),
        lie(
            "a: measured in the future, by 9.0 s",
            Seen.row("a", -9_000_000_000L, 1, 1, 1, 1, 1, 1)),
        lie("a: measured 7200.0 s ago", Seen.row("a", 7200 * Seen.SECOND, 1, 1, 1, 1, 1, 1)),
        lie("a is there twice", Seen.good("a", 1, 1), Seen.good("a", 1, 1)),
        new Lie("shed rps -1.0", new Observation(Seen.key("west"), NOW, List.of(), -1)),
        new Lie("it is from the future, by 60 s", Seen.by("west", NOW + 60 * Seen.SECOND)),
        new Lie("it is 86400 s old", Seen.by("west", NOW - 86_400 * Seen.SECOND)),
        new Lie("it is there twice", fine(NOW), fine(NOW)),
        new Lie("it is of traffic from east, not its own", new Observation(east, NOW, List.of())));
  }

  private static Lie lie(String why, Observation.Destination... rows) {
    return new Lie(why, Seen.by("west", NOW, rows));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aLieIsFoundAndItsClusterLeftOutUntilItWasHonestForAMinute(Lie lie) {
    Broker broker = Clusters.broker("b");
    broker.lead(1);
    assertThat(broker.receive(NOW, report(1, 1, NOW, fine(NOW))).isAccepted()).isTrue();
    assertThat(broker.step(NOW)).hasSize(1);
    ReportAnswer answer = broker.receive(NOW, report(1, 2, NOW, lie.observations()));
    assertThat(answer.verdict()).isEqualTo(Verdict.QUARANTINED);
    assertThat(answer.why()).startsWith("its observation of shop/cart: " + lie.why());
    assertThat(broker.quarantined(NOW)).containsEntry("west", answer.why());
    assertThat(broker.step(NOW)).isEmpty();

    for (int each = 1; each < 12; each++) {
      long sent = NOW + each * Clusters.TICK;
      assertThat(broker.receive(sent, report(1, 2 + each, sent, fine(sent))).verdict())
          .isEqualTo(Verdict.QUARANTINED);
    }
    long later = NOW + 12 * Clusters.TICK;
    assertThat(broker.receive(later, report(1, 14, later, fine(later))).isAccepted()).isTrue();
    assertThat(broker.step(later)).hasSize(1);
  }

  @Test
  void ratesMayBeUnknownOnceOrTwiceButNotForEver() {
    Broker broker = Clusters.broker("b");
    for (int each = 1; each <= 3; each++) {
      Observation unclear = Seen.by("west", NOW, Seen.row("a", 0, NONE, NONE, 1, NONE, NONE, NONE));
      Verdict verdict = broker.receive(NOW, report(1, each, NOW + each, unclear)).verdict();
      assertThat(verdict).isEqualTo(each < 3 ? Verdict.ACCEPTED : Verdict.QUARANTINED);
    }
    assertThat(broker.quarantined(NOW).get("west"))
        .startsWith("3 reports in a row do not know their rates");
  }

  @Test
  void thereIsRoomForSoManyAndForOneMoreWhenOneWasSilentForLong() {
    Broker broker = Clusters.broker("b");
    for (int each = 0; each < Limits.CLUSTERS; each++) {
      assertThat(named(broker, NOW, "c" + each).isAccepted()).isTrue();
    }
    ReportAnswer answer = named(broker, NOW, "one-more");
    assertThat(answer.verdict()).isEqualTo(Verdict.NO_ROOM);
    assertThat(answer.why()).isEqualTo("1000 clusters report already");
    assertThat(named(broker, NOW + Reporters.FORGET_NANOS, "one-more").isAccepted()).isTrue();
  }

  private static ReportAnswer named(Broker broker, long now, String cluster) {
    return broker.receive(
        now,
        new ClusterReport(
            cluster,
            1,
            1,
            now,
            EpochId.NONE,
            Optional.empty(),
            List.of(Seen.by(cluster, now, Seen.good("west", 1, 1))),
            List.of(),
            Map.of()));
  }

  @Test
  void oneThatDoesNotLeadListensAndKeepsSilent() {
    Broker broker = Clusters.broker("b");
    assertThat(verdict(broker, 1, 1)).isEqualTo(Verdict.ACCEPTED);
    assertThat(broker.step(NOW)).isEmpty();
    broker.lead(3);
    assertThat(broker.step(NOW)).extracting(PlanEpoch::recipient).containsExactly("west");
    broker.resign();
    assertThat(broker.step(NOW)).isEmpty();
    assertThatThrownBy(() -> broker.lead(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("term 2 after term 3; a lock's terms only grow");
  }

  @Test
  void epochsGoOnAfterARestartWithTheSavedStateAndWithoutIt() {
    Clusters two = new Clusters("east", "west");
    for (int tick = 0; tick < 10; tick++) {
      two.tick("", 1);
    }
    assertThat(two.member("west").following()).isEqualTo(new EpochId(1, 10, "broker-a"));
    Broker saved = Clusters.broker("broker-a");
    saved.restore(two.now, two.broker.state());
    saved.lead(1);
    two.report("west", "", 1);
    ClusterReport report = two.member("west").report(two.now, two.seen("west", "", 1), Map.of());
    saved.receive(two.now, report);
    assertThat(saved.step(two.now).getFirst().id()).isEqualTo(new EpochId(1, 11, "broker-a"));

    Broker forgetful = Clusters.broker("broker-a");
    forgetful.lead(1);
    forgetful.receive(two.now, report);
    assertThat(forgetful.step(two.now).getFirst().id()).isEqualTo(new EpochId(1, 11, "broker-a"));
  }

  @Test
  void aNewBrokerGoesOnFromThePlansInForce() {
    Clusters three = new Clusters("central", "east", "west");
    for (int tick = 0; tick < 20; tick++) {
      three.tick("east", 4);
    }
    Map<String, Double> before = three.shares("west");
    assertThat(before.get("east")).isLessThan(0.15);
    Broker next = Clusters.broker("broker-0");
    next.lead(2);
    for (String name : three.names) {
      next.receive(
          three.now, three.member(name).report(three.now, three.seen(name, "east", 4), Map.of()));
    }
    for (PlanEpoch epoch : next.step(three.now)) {
      assertThat(three.member(epoch.recipient()).receive(three.now, epoch).isAccepted()).isTrue();
    }
    assertThat(Seen.distance(before, three.shares("west"))).isLessThan(0.02);
  }

  @Test
  void oneWithAnOlderTermThatWakesUpIsToldAndKeepsSilent() {
    Clusters three = new Clusters("central", "east", "west");
    three.tick("", 1);
    List<PlanEpoch> late = three.broker.step(three.now);
    Broker next = Clusters.broker("broker-b");
    next.lead(2);
    for (String name : three.names) {
      next.receive(three.now, three.member(name).report(three.now, List.of(), Map.of()));
    }
    next.step(three.now).forEach(each -> three.member(each.recipient()).receive(three.now, each));
    for (PlanEpoch epoch : late) {
      EpochAnswer answer = three.member(epoch.recipient()).receive(three.now, epoch);
      assertThat(answer.verdict()).isEqualTo(EpochAnswer.Verdict.OLDER_TERM);
      three.broker.receive(three.now, answer);
    }
    assertThat(three.broker.step(three.now)).isEmpty();
    assertThat(three.broker.isLeading()).isFalse();
    assertThat(three.broker.fencedBy()).isEqualTo(new EpochId(2, 1, "broker-b"));
    three.broker.lead(3);
    assertThat(three.broker.isLeading()).isTrue();
  }

  @Test
  void aServiceThatIsSteeredTwiceIsRefusedAndChangesNothing() {
    Clusters one = new Clusters("west");
    one.tick("", 1);
    List<Steered> twice =
        List.of(Steered.of(Seen.CART, Seen.L3), new Steered("x", Set.of(Seen.CART), Seen.L3));
    assertThatThrownBy(() -> one.broker.update(twice, Topology.UNKNOWN))
        .hasMessage("shop/cart is steered twice; give it to one group only");
    one.tick("", 1);
    assertThat(one.inForce("west").planner()).isEqualTo(InForce.Planner.BROKER);
  }

  @Test
  void oneLiarDoesNotDeposeABroker() {
    Clusters three = new Clusters("central", "east", "west");
    three.tick("", 1);
    three.broker.receive(
        three.now,
        new EpochAnswer(
            "west",
            EpochId.NONE,
            EpochAnswer.Verdict.OLDER_TERM,
            new EpochId(Limits.HIGHEST_NUMBER, Limits.HIGHEST_NUMBER, "x"),
            ""));
    assertThat(three.broker.step(three.now)).hasSize(3);
  }

  @Test
  void whatIsSeenOfASilentClusterFreezesUntilItIsUnusableOrForgotten() {
    Clusters three = new Clusters("central", "east", "west");
    for (int tick = 0; tick < 10; tick++) {
      three.tick("", 1);
    }
    List<String> others = List.of("central", "west");
    double east = three.shares("west").get("east");
    for (int tick = 0; tick < 4; tick++) {
      three.tick("", 1, others, others);
    }
    // East gets slow, but who knows by whose load: its share stays.
    double frozen = three.shares("west").get("east");
    for (int tick = 0; tick < 20; tick++) {
      three.tick("east", 1.5, others, others);
      assertThat(three.shares("west").get("east")).isCloseTo(frozen, within(1e-9));
    }
    assertThat(frozen).isCloseTo(east, within(0.02));
    assertThat(three.inForce("west").plan().shares().get(1).reason()).contains("stale");
    // Forgotten after five minutes: what the others see of it is all there is to know.
    for (int tick = 0; tick < 60; tick++) {
      three.tick("east", 1.5, others, others);
    }
    assertThat(three.shares("west").get("east")).isLessThan(frozen - 0.05);
  }

  @Test
  void aClusterThatIsNotHeardButHearsKeepsItsSharesUntilItIsForgottenAndThenPlansAlone() {
    Clusters three = new Clusters("central", "east", "west");
    for (int tick = 0; tick < 10; tick++) {
      three.tick("", 1);
    }
    List<String> others = List.of("central", "west");
    for (int tick = 0; tick < 4; tick++) {
      three.tick("", 1, others, three.names);
    }
    Map<String, Double> before = three.shares("east");
    for (int tick = 4; tick < 59; tick++) {
      three.tick("west", 4, others, three.names);
      assertThat(three.inForce("east").planner()).isEqualTo(InForce.Planner.BROKER);
      assertThat(three.shares("east")).isEqualTo(before);
    }
    // Forgotten after five minutes, and three to four intervals later it knows that it is.
    for (int tick = 0; tick < 6; tick++) {
      three.tick("west", 4, others, three.names);
    }
    assertThat(three.inForce("east").planner()).isEqualTo(InForce.Planner.ALONE);
    assertThat(three.shares("east").get("west")).isLessThan(before.get("west") - 0.05);
  }

  @Test
  void aSilentClusterThatOthersSeeUnusableGetsNothing() {
    Clusters two = new Clusters("east", "west");
    for (int tick = 0; tick < 10; tick++) {
      two.tick("", 1);
    }
    two.now += 10 * Clusters.TICK;
    Observation seen = Seen.by("west", two.now, Seen.gone("east"), Seen.good("west", 400, 20));
    two.broker.receive(two.now, two.member("west").report(two.now, List.of(seen), Map.of()));
    PlanEpoch epoch =
        two.broker.step(two.now).stream()
            .filter(each -> each.recipient().equals("west"))
            .findFirst()
            .orElseThrow();
    assertThat(Seen.shares(epoch.plans().getFirst())).isEqualTo(Map.of("east", 0.0, "west", 1.0));
  }

  @Test
  void roundTripsAreToldToTheOthersWithTheirAges() {
    Broker broker = Clusters.broker("b");
    broker.lead(1);
    named(broker, NOW, "west");
    broker.receive(
        NOW,
        new ClusterReport(
            "east",
            1,
            1,
            NOW,
            EpochId.NONE,
            Optional.empty(),
            List.of(),
            List.of(),
            Map.of("west", new RoundTrip(5e6, 1e6, 3))));
    List<PlanEpoch> epochs = broker.step(NOW + 10);
    assertThat(epochs.get(0).recipient()).isEqualTo("east");
    assertThat(epochs.get(0).roundTrips()).isEmpty();
    assertThat(epochs.get(1).roundTrips())
        .isEqualTo(Map.of(new Topology.Way("east", "west"), new RoundTrip(5e6, 1e6, 13)));
  }
}
