package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.capacity.LatencyCurve;
import dev.fairlead.steering.optimize.Allocation.Status;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Source;
import dev.fairlead.steering.optimize.Situation.Way;
import dev.fairlead.steering.optimize.Valuation.Objective;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static final double OPEN = Double.POSITIVE_INFINITY;
  private static final LatencyCurve IDLE = Situations.IDLE;
  private static final Way NEAR = Way.FREE;
  private static final Way FAR = new Way(20e6, 0, false);
  private static final Way DEAR = new Way(1e6, 1e-6, false);

  private static Valuation value(Objective objective) {
    return Valuation.of(objective, 1e-4).withFloor(0, 0);
  }

  private static Destination place(String name, double capacity) {
    return new Destination(name, true, capacity, 0, IDLE);
  }

  @Test
  void performanceTakesTheNearestAndCostTheCheapestWhateverTheRate() {
    Situation situation =
        new Situation(
            List.of(new Source("west", -1, 100)),
            List.of(place("near", OPEN), place("cheap", OPEN)),
            List.of(DEAR, FAR));
    assertThat(Optimizer.solve(situation, value(Objective.PERFORMANCE)).share(0, 0)).isOne();
    assertThat(Optimizer.solve(situation, value(Objective.COST)).share(0, 1)).isOne();
    // 19 ms at 1e-4 $/s are 1.9e-6 $: more than the 1e-6 $ of the way that is dear.
    assertThat(Optimizer.solve(situation, value(Objective.MIXED)).share(0, 0)).isOne();
    Valuation stingy = Valuation.of(Objective.MIXED, 1e-5).withFloor(0, 0);
    assertThat(Optimizer.solve(situation, stingy).share(0, 1)).isOne();
  }

  @Test
  void theSecondCriterionBreaksTies() {
    Way alsoNear = new Way(1e6, 0, false);
    Situation situation =
        new Situation(
            List.of(new Source("west", -1, 100)),
            List.of(place("a", OPEN), place("b", OPEN), place("c", OPEN)),
            List.of(DEAR, alsoNear, FAR));
    assertThat(Optimizer.solve(situation, value(Objective.PERFORMANCE)).share(0, 1)).isOne();
    assertThat(Optimizer.solve(situation, value(Objective.COST)).share(0, 1)).isOne();
  }

  @Test
  void aFullDestinationSaysWhatOneMoreRequestASecondIsWorth() {
    Situation situation =
        new Situation(
            List.of(new Source("eu-west", -1, 100)),
            List.of(place("eu-west", 60), place("us-east", OPEN)),
            List.of(NEAR, new Way(4.1e6, 6e-7, false)));
    Allocation mixed = Optimizer.solve(situation, value(Objective.MIXED));
    assertThat(mixed.rps(0, 0)).isCloseTo(60, within(1e-9));
    // 4.1 ms at 1e-4 $/s and 6e-7 $: 1.01e-6 $ a request, 3.6e-3 $ an hour for one each second.
    Saving saving = mixed.shadowPrice(0).saving();
    assertThat(saving.dollarsPerHour()).isCloseTo(3.636e-3, within(1e-9));
    assertThat(saving.milliseconds()).isCloseTo(10.1, within(1e-6));
    assertThat(mixed.bindings().getFirst().words())
        .isEqualTo(
            "eu-west is full; one more rps of capacity there saves 10.1 ms·rps or $3.6e-03 an hour");
    Allocation fast = Optimizer.solve(situation, value(Objective.PERFORMANCE));
    assertThat(fast.bindings().getFirst().words())
        .isEqualTo(
            "eu-west is full; one more rps of capacity there saves 4.1 ms·rps and $2.2e-03 an hour");
  }

  @Test
  void theLowestClassIsShedFirstAndTheHighestNever() {
    Situation situation =
        new Situation(
            List.of(
                new Source("west", 0, 50),
                new Source("west", 3, 50),
                new Source("west", 7, 50),
                new Source("east", 0, 50)),
            List.of(place("west", 60), place("east", 60)),
            List.of(NEAR, FAR, NEAR, FAR, NEAR, FAR, FAR, NEAR));
    Allocation allocation = Optimizer.solve(situation, value(Objective.MIXED));
    assertThat(allocation.status()).isEqualTo(Status.OPTIMAL);
    assertThat(allocation.shedRps(0) + allocation.shedRps(3)).isCloseTo(80, within(1e-6));
    assertThat(allocation.shed(1)).isZero();
    assertThat(allocation.shed(2)).isZero();
    assertThat(allocation.terms().overflowDollars()).isCloseTo(80 * 1e-3, within(1e-9));
    assertThat(allocation.shadowPrice(0).saving().servedDollarsPerHour())
        .isCloseTo(3.6, within(1e-9));
  }

  @Test
  void classesDearerThanOverloadExceedTheCapacityInstead() {
    Situation situation =
        new Situation(
            List.of(new Source("west", 0, 50), new Source("west", 7, 50)),
            List.of(place("west", 30)),
            List.of(NEAR, NEAR));
    List<Double> shed = List.of(1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1.0);
    Allocation allocation =
        Optimizer.solve(situation, value(Objective.MIXED).withPrices(shed, 1e-2));
    assertThat(allocation.shed(0)).isOne();
    assertThat(allocation.shed(1)).isZero();
    assertThat(allocation.load(0).overRps()).isCloseTo(20, within(1e-6));
    assertThat(allocation.bindings())
        .anySatisfy(
            binding ->
                assertThat(binding.words()).isEqualTo("west gets 20 rps more than its capacity"));
  }

  @Test
  void residencyIsKeptAndSaysWhatItCosts() {
    Situation situation =
        new Situation(
            List.of(new Source("eu", -1, 10)),
            List.of(place("us", OPEN), place("eu", OPEN)),
            List.of(new Way(0, 0, true), FAR));
    Allocation allocation = Optimizer.solve(situation, value(Objective.MIXED));
    assertThat(allocation.share(0, 1)).isOne();
    assertThat(allocation.bindings().getFirst().words())
        .isEqualTo(
            "eu must not use us (residency forbids it); the first rps there saves 20.0 ms·rps or"
                + " $7.2e-03 an hour");
  }

  @Test
  void whoMayGoNowhereIsNamedWithTheReasonsAndGetsTheGreedyAnswer() {
    Situation situation =
        new Situation(
            List.of(new Source("eu", -1, 10), new Source("us", -1, 10)),
            List.of(
                place("us", OPEN),
                place("asia", OPEN),
                new Destination("africa", false, OPEN, 0, IDLE)),
            List.of(
                new Way(0, 0, true),
                new Way(90e6, 0, false),
                NEAR,
                NEAR,
                FAR,
                new Way(0, 0, false)));
    Allocation allocation = Optimizer.solve(situation, value(Objective.COST).withCeiling(50e6));
    assertThat(allocation.status()).isEqualTo(Status.INFEASIBLE);
    assertThat(allocation.share(0, 1)).isOne();
    assertThat(allocation.share(1, 0)).isOne();
    assertThat(allocation.bindings().getFirst().words())
        .isEqualTo(
            "eu has no destination that it may use: us is forbidden by residency, asia is above the"
                + " latency ceiling of 50 ms, africa has no usable endpoint");
  }

  @Test
  void theCeilingForbidsFarWaysAndCapsTheLoadWhereTheWaitReachesIt() {
    LatencyCurve growing = rps -> 10e6 + rps * 1e6;
    Situation situation =
        new Situation(
            List.of(new Source("west", -1, 100)),
            List.of(
                new Destination("cheap", true, OPEN, 0, growing),
                new Destination("dear", true, OPEN, 0, IDLE)),
            List.of(NEAR, DEAR));
    Valuation cost = value(Objective.COST);
    assertThat(Optimizer.solve(situation, cost).share(0, 0)).isOne();
    Allocation capped = Optimizer.solve(situation, cost.withCeiling(50e6));
    assertThat(capped.rps(0, 0)).isCloseTo(40, within(0.01));
    assertThat(capped.bindings())
        .anySatisfy(
            binding ->
                assertThat(binding.words())
                    .startsWith("cheap reaches the latency ceiling of 50 ms; room for one more"));
  }

  @Test
  void aCeilingHoldsForTheFartherSourceToo() {
    LatencyCurve growing = rps -> 10e6 + rps * 1e5;
    Situation situation =
        new Situation(
            List.of(new Source("west", -1, 100), new Source("east", -1, 100)),
            List.of(
                new Destination("west", true, OPEN, 0, growing),
                new Destination("dear", true, OPEN, 0, IDLE)),
            List.of(NEAR, DEAR, new Way(25e6, 0, false), DEAR));
    Allocation allocation = Optimizer.solve(situation, value(Objective.COST).withCeiling(50e6));
    double latency = allocation.load(0).latencyNanos();
    assertThat(allocation.share(0, 0)).isOne();
    // 10 ms + 25 ms of way leave 15 ms: 150 rps.
    assertThat(allocation.rps(1, 0)).isCloseTo(50, within(0.05));
    assertThat(latency + 25e6).isLessThanOrEqualTo(50e6 + 1e4);
  }

  @Test
  void explorationReachesAllAndIsScaledDownWhereItDoesNotFit() {
    Situation situation =
        new Situation(
            List.of(new Source("west", -1, 1000), new Source("east", -1, 10)),
            List.of(place("west", OPEN), place("east", OPEN), place("tiny", 0.5)),
            List.of(NEAR, FAR, FAR, FAR, NEAR, FAR));
    Allocation allocation =
        Optimizer.solve(situation, value(Objective.PERFORMANCE).withFloor(1, 0.01));
    assertThat(allocation.rps(0, 1)).isCloseTo(1, within(1e-6));
    assertThat(allocation.rps(1, 0)).isCloseTo(0.1, within(1e-3));
    double tiny = allocation.rps(0, 2) + allocation.rps(1, 2);
    assertThat(tiny).isBetween(0.45, 0.5);
  }

  @Test
  void whatWaitsBehindOthersCountsToo() {
    // Background of 50 rps makes each rps dearer than alone: 5 + 2·x·0.1 + 50·0.1 beside 20 + 5.
    LatencyCurve growing = rps -> 5e6 + rps * 1e5;
    Situation situation =
        new Situation(
            List.of(new Source("west", -1, 100)),
            List.of(
                new Destination("west", true, OPEN, 50, growing),
                new Destination("far", true, OPEN, 0, IDLE)),
            List.of(NEAR, FAR));
    Allocation allocation = Optimizer.solve(situation, value(Objective.PERFORMANCE));
    // (50 + x)·T(50 + x) has the slope 5 + 0.2·(50 + x) ms: 25 at x = 50.
    assertThat(allocation.rps(0, 0)).isCloseTo(50, within(0.05));
  }

  @Test
  void aHeavyClassWeighsMoreWhereLoadIsDear() {
    LatencyCurve growing = rps -> 5e6 + rps * 1e5;
    Situation situation =
        new Situation(
            List.of(new Source("west", 1, 50, 1), new Source("west", 2, 50, 4)),
            List.of(
                new Destination("west", true, OPEN, 0, growing),
                new Destination("far", true, OPEN, 0, IDLE)),
            List.of(NEAR, FAR, NEAR, FAR));
    Allocation allocation = Optimizer.solve(situation, value(Objective.PERFORMANCE));
    double best = latencies(allocation, allocation.rps(0, 0), allocation.rps(1, 0));
    for (double light = 0; light <= 50; light += 0.5) {
      for (double heavy = 0; heavy <= 50; heavy += 0.5) {
        assertThat(best).isLessThanOrEqualTo(latencies(allocation, light, heavy) + 1e-4);
      }
    }
    assertThat(allocation.rps(0, 0)).isGreaterThan(allocation.rps(1, 0));
  }

  /** Latency of all in request-seconds a second, if so much of each class stays in the west. */
  private static double latencies(Allocation allocation, double light, double heavy) {
    double near = allocation.situation().destinations().get(0).curve().nanos(light + 4 * heavy);
    double far = 20e6 + 5e6;
    return ((light + heavy) * near + (100 - light - heavy) * far) / 1e9;
  }

  @Test
  void nothingToDecideIsDecided() {
    Situation none = new Situation(List.of(), List.of(), List.of());
    assertThat(Optimizer.solve(none, value(Objective.MIXED)).status()).isEqualTo(Status.OPTIMAL);
    Situation nowhere = new Situation(List.of(new Source("west", -1, 5)), List.of(), List.of());
    Allocation shed = Optimizer.solve(nowhere, value(Objective.MIXED));
    assertThat(shed.status()).isEqualTo(Status.INFEASIBLE);
    assertThat(shed.shed(0)).isOne();
    Situation nobody = new Situation(List.of(), List.of(place("west", 5)), List.of());
    assertThat(Optimizer.solve(nobody, value(Objective.COST)).load(0).rps()).isZero();
    Situation quiet =
        new Situation(
            List.of(new Source("west", -1, 0)),
            List.of(place("west", OPEN), place("east", OPEN)),
            List.of(FAR, NEAR));
    assertThat(Optimizer.solve(quiet, value(Objective.MIXED)).share(0, 1)).isOne();
  }

  @Test
  void badNumbersAreRefusedWithTheirPlace() {
    assertThatThrownBy(() -> new Source("west", 0, Double.NaN))
        .hasMessageContaining("west: demand");
    assertThatThrownBy(() -> new Source("west", 0, 1, 0)).hasMessageContaining("work per request");
    assertThatThrownBy(() -> new Way(-1, 0, false)).hasMessageContaining("latency of -1.0");
    assertThatThrownBy(() -> new Way(0, OPEN, false)).hasMessageContaining("price");
    assertThatThrownBy(() -> new Destination("x", true, Double.NaN, 0, IDLE))
        .hasMessageContaining("x: capacity");
    assertThatThrownBy(() -> value(Objective.COST).withCeiling(Double.NaN))
        .hasMessageContaining("ceiling");
  }

  @Test
  void absurdCurvesAndHugeNumbersAreSolvedAllTheSame() {
    List<LatencyCurve> curves =
        List.of(
            rps -> Double.NaN,
            rps -> OPEN,
            rps -> -1,
            rps -> rps > 10 ? 1e300 : 0,
            rps -> 1e9 - rps,
            rps -> 1e-300,
            rps -> (long) rps % 2 == 0 ? 1e6 : 1e9);
    for (Objective objective : Objective.values()) {
      for (LatencyCurve curve : curves) {
        Situation situation =
            new Situation(
                List.of(
                    new Source("a", 0, 1e11),
                    new Source("b", 7, 1e-9),
                    new Source("c", 3, 500, 1e3)),
                List.of(
                    new Destination("x", true, 1e300, 1e11, curve),
                    new Destination("y", true, 1e-300, 0, IDLE),
                    new Destination("z", true, 700, 0, curve)),
                List.of(NEAR, new Way(1e13, 1e6, false), FAR, NEAR, FAR, DEAR, FAR, DEAR, NEAR));
        Allocation allocation = Optimizer.solve(situation, Valuation.of(objective, 1e-4));
        for (int s = 0; s < 3; s++) {
          double sum = allocation.shed(s);
          for (int t = 0; t < 3; t++) {
            sum += allocation.share(s, t);
          }
          assertThat(sum).isCloseTo(1, within(1e-9));
        }
        assertThat(allocation.terms().requestSeconds()).isFinite();
      }
    }
  }
}
