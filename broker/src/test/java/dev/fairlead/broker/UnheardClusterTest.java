package dev.fairlead.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.EpochId;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How the broker plans on when a cluster is not heard: in quarantine, or silent. */
class UnheardClusterTest {
  @ParameterizedTest
  @MethodSource("liars")
  void aLiarDoesNotChangeThePlansOfOthers(PolicyKind policy, Liar liar) {
    List<PlanEpoch> honest = toldToOthers(policy, each -> each);
    List<PlanEpoch> lied = toldToOthers(policy, liar);
    List<PlanEpoch> broken = toldToOthers(policy, each -> dated(each, 7 * 86_400));
    assertThat(honest).hasSize(80);
    boolean joint = List.of(PolicyKind.OPTIMIZED, PolicyKind.MULTI_HOP).contains(policy);
    for (int each = 0; each < 80; each++) {
      Plan plan = lied.get(each).plans().getFirst();
      Plan fair = honest.get(each).plans().getFirst();
      Map<String, Double> shares = Seen.shares(plan);
      assertThat(shares)
          .as("epoch " + each + ": what it says matters not")
          .isEqualTo(Seen.shares(broken.get(each).plans().getFirst()));
      double distance = Seen.distance(shares, Seen.shares(fair));
      if (!joint) {
        assertThat(distance).as("epoch " + each).isLessThanOrEqualTo(Seen.shares(fair).get("c2"));
      } else if (each < 2 * (20 + Broker.Settings.DEFAULT_LOST_AFTER)) {
        assertThat(distance).as("epoch " + each + ": its last good numbers count").isZero();
      }
    }
  }

  /** Two of three clusters' epochs, of which the third lies now and then from half-time on. */
  private static List<PlanEpoch> toldToOthers(PolicyKind policy, Liar liar) {
    Broker broker = broker(policy);
    List<PlanEpoch> others = new ArrayList<>();
    for (int tick = 1; tick <= 40; tick++) {
      long now = tick * Clusters.TICK;
      for (String name : List.of("c1", "c2", "c3")) {
        boolean lie = name.equals("c2") && tick > 20 && tick % 2 == 0;
        Observation honest =
            Seen.by(
                name,
                now,
                Seen.good("c1", 200, 20),
                Seen.good("c2", 200, 30),
                Seen.good("c3", 200, 40));
        broker.receive(now, report(name, tick, now, lie ? liar.lie(honest) : honest));
      }
      broker.step(now).stream().filter(each -> !each.recipient().equals("c2")).forEach(others::add);
    }
    return others;
  }

  private static Broker broker(PolicyKind policy) {
    Objective objective =
        new Objective(policy, Mode.DRIVE, Clusters.INTERVAL, ChangeControl.DEFAULT);
    Broker broker =
        new Broker(
            new Broker.Settings("b", Clusters.INTERVAL),
            List.of(Steered.of(Seen.CART, objective)),
            Topology.UNKNOWN);
    broker.lead(1);
    return broker;
  }

  private static ClusterReport report(String cluster, long sequence, long sent, Observation seen) {
    return new ClusterReport(
        cluster,
        1,
        sequence,
        sent,
        EpochId.NONE,
        Optional.empty(),
        List.of(seen),
        List.of(),
        Map.of());
  }

  @Test
  void whatAClusterSentBeforeItsQuarantineIsPlannedForUntilItIsForgotten() {
    Broker broker = broker(PolicyKind.OPTIMIZED);
    List<Double> planned = new ArrayList<>();
    for (int tick = 1; tick <= 90; tick++) {
      long now = tick * Clusters.TICK;
      for (String name : List.of("east", "west")) {
        Observation seen =
            Seen.by(name, now, Seen.good("east", 200, 20), Seen.good("west", 200, 20));
        boolean lies = name.equals("east") && tick > 10;
        broker.receive(now, report(name, tick, now, lies ? dated(seen, 86_400) : seen));
      }
      List<PlanEpoch> epochs = broker.step(now);
      assertThat(epochs)
          .extracting(PlanEpoch::recipient)
          .contains("west")
          .hasSize(tick > 10 ? 1 : 2);
      planned.add(plannedLoad(epochs.getLast().plans().getFirst()));
    }
    // Both send 400 rps. East's are steered for three intervals, then background for five minutes.
    assertThat(planned.subList(1, 10 + 60 - 1))
        .allSatisfy(rps -> assertThat(rps).isCloseTo(800, within(1e-3)));
    assertThat(planned.subList(10 + 60, 90))
        .allSatisfy(rps -> assertThat(rps).isCloseTo(400, within(1e-3)));
  }

  @ParameterizedTest
  // The published code knows no stale numbers.
  @EnumSource(
      names = {"L3_REFERENCE", "C3"},
      mode = EnumSource.Mode.EXCLUDE)
  void thePlanOfAClusterThatIsNotHeardStaysAsItIs(PolicyKind policy) {
    Broker broker = broker(policy);
    List<Map<String, Double>> plans = new ArrayList<>();
    for (int tick = 1; tick <= 50; tick++) {
      long now = tick * Clusters.TICK;
      for (String name : List.of("east", "west")) {
        // West gets so slow that whoever hears of it would leave it.
        double millis = tick > 15 ? 400 : 20;
        Observation seen =
            Seen.by(name, now, Seen.good("east", 200, 30), Seen.good("west", 200, millis));
        if (name.equals("west") || tick <= 10) {
          broker.receive(now, report(name, tick, now, seen));
        }
      }
      plans.add(Seen.shares(broker.step(now).getFirst().plans().getFirst()));
    }
    assertThat(plans.subList(14, 50)).containsOnly(plans.get(14));
  }

  @Test
  void othersAreSteeredOnWhenOneClusterIsSilent() {
    Broker broker = broker(PolicyKind.OPTIMIZED);
    List<Map<String, Double>> plans = new ArrayList<>();
    for (int tick = 1; tick <= 50; tick++) {
      long now = tick * Clusters.TICK;
      for (String name : List.of("central", "east", "west")) {
        Observation seen =
            Seen.by(
                name,
                now,
                Seen.good("central", 200, name.equals("central") ? 20 : 60),
                Seen.good("east", 200, 60),
                Seen.good("west", 200, 60));
        if (!name.equals("east") || tick <= 20) {
          broker.receive(now, report(name, tick, now, seen));
        }
      }
      plans.add(Seen.shares(broker.step(now).getFirst().plans().getFirst()));
    }
    double before = plans.get(19).get("central");
    assertThat(before).isGreaterThan(0.9);
    for (Map<String, Double> plan : plans.subList(20, 50)) {
      assertThat(plan.get("central")).isGreaterThan(before - 0.05);
    }
  }

  /** Of all destinations together, as the reasons say: the terms themselves stay at the broker. */
  private static double plannedLoad(Plan plan) {
    double sum = 0;
    for (Plan.Share share : plan.shares()) {
      Matcher load = Pattern.compile("; load ([0-9.]+) rps").matcher(share.reason());
      sum += load.find() ? Double.parseDouble(load.group(1)) : 0;
    }
    return sum;
  }

  /** One way to lie about an honest observation. */
  interface Liar {
    Observation lie(Observation honest);
  }

  /** That many seconds later, as it says. */
  private static Observation dated(Observation seen, long seconds) {
    return new Observation(seen.key(), seen.nanos() + seconds * Seen.SECOND, seen.destinations());
  }

  static List<Arguments> liars() {
    List<Liar> liars = new ArrayList<>();
    for (double lie : new double[] {Double.NaN, 1 / 0.0, 1e9, 1e308, -5}) {
      liars.add(
          honest ->
              Seen.by(
                  "c2",
                  honest.nanos(),
                  Seen.row("c1", 0, lie, lie, lie, lie, lie, lie),
                  Seen.row("c2", 0, lie, lie, lie, lie, lie, lie),
                  Seen.row("c3", 0, lie, lie, lie, lie, lie, lie)));
    }
    for (long lie : new long[] {-86_400, 86_400}) {
      liars.add(honest -> dated(honest, lie));
    }
    List<Arguments> all = new ArrayList<>();
    for (PolicyKind policy : PolicyKind.values()) {
      liars.forEach(liar -> all.add(Arguments.of(policy, liar)));
    }
    return all;
  }
}
