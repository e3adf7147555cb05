package dev.fairlead.steering.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import dev.fairlead.steering.plan.Seeds;
import dev.fairlead.steering.plan.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControllerTest {
  private static Objective objective(PolicyKind kind) {
    return new Objective(kind, Mode.DRIVE, Duration.ofSeconds(1), ChangeControl.DEFAULT);
  }

  private static Controller controller(PolicyKind kind) {
    return new Controller(objective(kind));
  }

  private static Controller.Step step(Controller controller, Observation observation) {
    return controller.step(Observations.of(observation)).values().iterator().next();
  }

  @Test
  void theFirstPlanIsEvenWhereFailoverSampledOneOnly() {
    Controller.Step step =
        step(
            controller(PolicyKind.L3),
            Seen.at(1, Seen.good("west", 400, 20, 80), Seen.silent("a"), Seen.silent("b")));
    assertThat(step.changed()).isTrue();
    assertThat(step.why()).isEqualTo("first plan");
    assertThat(step.plan().shares())
        .allSatisfy(share -> assertThat(share.share()).isCloseTo(1 / 3.0, within(1e-9)));
  }

  @Test
  void theFirstPlanThatRestsOnMeasurementsTakesForceWholeAndTheNextIsLimited() {
    Controller controller = controller(PolicyKind.L3);
    step(controller, Seen.at(1, Seen.good("a", 400, 20, 20), Seen.silent("b")));
    Controller.Step measured =
        step(controller, Seen.at(2, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 200, 200)));
    assertThat(Seen.shares(measured.plan())).isEqualTo(Seen.shares(measured.wanted()));
    double before = Seen.shares(measured.plan()).get("a");
    assertThat(before).isGreaterThan(0.8);
    Controller.Step limited =
        step(controller, Seen.at(60, Seen.good("a", 200, 300, 300), Seen.good("b", 200, 20, 20)));
    assertThat(Seen.shares(limited.plan()).get("a")).isCloseTo(before - 0.10, within(1e-9));
  }

  @Test
  void aClassThatComesUpGoesOnFromThePlanOfAllTogether() {
    Controller controller = controller(PolicyKind.OPTIMIZED);
    for (int second = 1; second <= 20; second++) {
      step(
          controller,
          Seen.at(second, Seen.good("west", 300, 20, 30), Seen.good("east", 100, 21, 31)));
    }
    Map<String, Double> together = Map.of();
    for (int second = 21; second <= 22; second++) {
      Observation whole =
          Seen.at(second, Seen.good("west", 300, 200, 300), Seen.good("east", 100, 21, 31));
      List<Observation> all = new ArrayList<>(List.of(whole));
      for (int trafficClass : new int[] {0, 6}) {
        all.add(
            new Observation(
                new TrafficKey(Seen.KEY.service(), "west", trafficClass),
                whole.nanos(),
                List.of(Seen.good("west", 150, 200, 300), Seen.good("east", 50, 21, 31))));
      }
      Map<TrafficKey, Controller.Step> steps =
          controller.step(new Observations(whole.nanos(), all, Topology.UNKNOWN));
      together = Seen.shares(steps.values().iterator().next().plan());
      assertThat(steps).hasSize(3);
      for (Controller.Step step : steps.values()) {
        // East is wanted for nearly all; a class may not jump there, since all together do not.
        assertThat(Seen.shares(step.plan()).get("east"))
            .as("%s at %d s", step.plan().key(), second)
            .isCloseTo(together.get("east"), within(0.01));
      }
    }
    assertThat(together.get("east")).isLessThan(0.9);
  }

  @Test
  void aDestinationThatNeverAnswersDoesNotKeepTheLimitsOff() {
    Controller controller = controller(PolicyKind.L3);
    for (int second = 1; second <= 10; second++) {
      step(
          controller,
          Seen.at(
              second, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 20, 20), Seen.silent("c")));
    }
    Map<String, Double> before =
        Seen.shares(
            step(
                    controller,
                    Seen.at(
                        11,
                        Seen.good("a", 200, 20, 20),
                        Seen.good("b", 200, 20, 20),
                        Seen.silent("c")))
                .plan());
    Controller.Step step =
        step(
            controller,
            Seen.at(
                71, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 39, 39), Seen.silent("c")));
    assertThat(step.why()).endsWith("step limited");
    Seen.shares(step.plan())
        .forEach(
            (name, share) -> assertThat(share).isCloseTo(before.get(name), within(0.10 + 1e-9)));
  }

  @Test
  void aStepSaysWhatChangedAndWhatLimitedIt() {
    Controller controller = controller(PolicyKind.L3);
    step(controller, Seen.at(1, Seen.good("east", 200, 20, 20), Seen.good("west", 200, 20, 20)));
    Controller.Step step =
        step(
            controller,
            Seen.at(11, Seen.good("east", 200, 20, 20), Seen.good("west", 200, 40, 40)));
    assertThat(step.why())
        .isEqualTo("east 50 % → 60 %, west 50 % → 40 %: west P50 20 ms → 40 ms; step limited");
    assertThat(step.plan().shares().getLast().reason())
        .startsWith("weight ")
        .contains("P50 37 ms, P99 37 ms, success 100 %, in flight/rps 7.5/200")
        .endsWith("step limited");
  }

  @ParameterizedTest
  @EnumSource(PolicyKind.class)
  void unusableGetsNothingAtOnce(PolicyKind kind) {
    Controller controller = controller(kind);
    step(controller, Seen.at(1, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 20, 20)));
    Controller.Step step =
        step(controller, Seen.at(2, Seen.good("a", 200, 20, 20), Seen.gone("b")));
    assertThat(Seen.shares(step.plan())).isEqualTo(Map.of("a", 1.0, "b", 0.0));
    assertThat(step.why()).contains("b has no usable endpoint");
  }

  @ParameterizedTest
  @EnumSource(PolicyKind.class)
  void thePlanStaysWhereNothingIsUsable(PolicyKind kind) {
    Controller controller = controller(kind);
    step(controller, Seen.at(1, Seen.good("a", 200, 20, 20), Seen.gone("b")));
    Controller.Step step = step(controller, Seen.at(2, Seen.gone("a"), Seen.gone("b")));
    assertThat(step.changed()).isFalse();
    assertThat(Seen.shares(step.plan())).isEqualTo(Map.of("a", 1.0, "b", 0.0));
    assertThat(step.why()).isEqualTo("kept: no destination is usable");
  }

  @Test
  void aNewPolicyKeepsThePlanInForce() {
    Controller controller = controller(PolicyKind.L3);
    step(controller, Seen.at(1, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 200, 200)));
    double before =
        Seen.shares(
                step(
                        controller,
                        Seen.at(2, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 200, 200)))
                    .plan())
            .get("a");
    controller.update(objective(PolicyKind.EVEN));
    Controller.Step step =
        step(controller, Seen.at(3, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 200, 200)));
    assertThat(Seen.shares(step.wanted()).get("a")).isEqualTo(0.5);
    assertThat(Seen.shares(step.plan()).get("a")).isCloseTo(before - 0.1, within(1e-9));
  }

  @Test
  void itGoesOnWithinTheLimitsFromAPlanThatAnotherDecided() {
    Controller controller = controller(PolicyKind.L3);
    controller.adopt(
        0,
        new Plan(
            Seen.KEY,
            List.of(
                new Plan.Share("a", 0.9, Double.NaN, ""),
                new Plan.Share("b", 0.1, Double.NaN, ""))));
    Controller.Step step =
        step(controller, Seen.at(1, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 20, 20)));
    assertThat(Seen.shares(step.wanted()).get("a")).isCloseTo(0.5, within(1e-9));
    assertThat(Seen.shares(step.plan()).get("a")).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void whereAnotherLeadsItLearnsAndDecidesNothing() {
    Controller controller = controller(PolicyKind.L3);
    Plan led =
        new Plan(
            Seen.KEY,
            List.of(
                new Plan.Share("a", 0.7, Double.NaN, ""),
                new Plan.Share("b", 0.3, Double.NaN, "")));
    for (int second = 1; second <= 30; second++) {
      controller.adopt(second, led);
      Observation seen = Seen.at(second, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 60, 60));
      assertThat(controller.step(Observations.of(seen), Set.of(Seen.KEY))).isEmpty();
    }
    // Nothing is known of b now, but it was learned: about a sixth of what a is worth.
    Controller.Step step =
        step(controller, Seen.at(31, Seen.good("a", 200, 20, 20), Seen.silent("b")));
    assertThat(Seen.shares(step.wanted()).get("b")).isLessThan(0.35);
    assertThat(Seen.shares(step.plan()).get("b")).isBetween(0.2 - 1e-9, 0.3 + 1e-9);
  }

  @Test
  void losingAClusterIsUrgentOnceAndChangesNothingByAsking() {
    Controller controller = controller(PolicyKind.L3);
    step(controller, Seen.at(1, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 20, 20)));
    Observation fine = Seen.at(1.25, Seen.good("a", 200, 20, 20), Seen.good("b", 200, 20, 20));
    Observation lost = Seen.at(1.5, Seen.good("a", 200, 20, 20), Seen.gone("b"));
    assertThat(controller.isUrgent(Observations.of(fine))).isFalse();
    assertThat(controller.isUrgent(Observations.of(lost))).isTrue();
    assertThat(controller.isUrgent(Observations.of(lost))).isTrue();
    step(controller, lost);
    assertThat(controller.isUrgent(Observations.of(lost))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(PolicyKind.class)
  void noObservationEverBreaksIt(PolicyKind kind) {
    long seed = Seeds.base();
    Random random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      Controller controller = controller(kind);
      long nanos = random.nextLong();
      long bad = 0;
      for (int period = 0; period < 40; period++) {
        nanos = random.nextInt(10) == 0 ? random.nextLong() : nanos + random.nextInt(2_000_000_000);
        Observation observation = hostile(random, nanos);
        controller.isUrgent(Observations.of(observation));
        Controller.Step step = step(controller, observation);
        String what = "-Dseed=" + seed + " run " + run + " period " + period;
        assertThat(step.oscillation()).as(what).isFinite().isNotNegative();
        assertThat(step.badSamples()).as(what).isGreaterThanOrEqualTo(bad);
        bad = step.badSamples();
        for (Plan plan : new Plan[] {step.plan(), step.wanted()}) {
          double sum = 0;
          for (Plan.Share share : plan.shares()) {
            assertThat(share.share()).as(what).isFinite().isNotNegative();
            sum += share.share();
          }
          assertThat(sum).as(what).isCloseTo(1, within(1e-9));
        }
      }
      assertThat(kind == PolicyKind.EVEN || bad > 0).as("-Dseed=" + seed).isTrue();
    }
  }

  private static Observation hostile(Random random, long nanos) {
    Observation.Destination[] rows = new Observation.Destination[1 + random.nextInt(5)];
    for (int row = 0; row < rows.length; row++) {
      rows[row] =
          new Observation.Destination(
              "d" + random.nextInt(5),
              random.nextInt(4) > 0,
              random.nextInt(3) > 0 ? 0 : random.nextLong(),
              number(random, 100),
              number(random, 100),
              number(random, 100),
              number(random, 1),
              number(random, 1e8),
              number(random, 1e9),
              number(random, 1e6),
              number(random, 1e6),
              number(random, 1e4));
    }
    return new Observation(Seen.KEY, nanos, List.of(rows));
  }

  private static double number(Random random, double usual) {
    double[] odd = {
      0,
      -0.0,
      -1,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      1e308,
      -1e308,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      1e9,
      3.6e12
    };
    return switch (random.nextInt(4)) {
      case 0 -> odd[random.nextInt(odd.length)];
      case 1 -> Double.longBitsToDouble(random.nextLong());
      default -> random.nextDouble() * usual;
    };
  }
}
