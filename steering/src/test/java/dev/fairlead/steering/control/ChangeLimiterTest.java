package dev.fairlead.steering.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.plan.Seeds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangeLimiterTest {
  private static final Map<String, Double> NONE = Map.of();
  private final ChangeLimiter limiter = new ChangeLimiter();
  private Map<String, Double> inForce = Map.of("a", 0.5, "b", 0.3, "c", 0.2);
  private String held = "";

  private void step(ChangeControl control, Map<String, Double> wanted, Map<String, Double> over) {
    ChangeLimiter.Result result = limiter.next(control, inForce, wanted, over, Set.of());
    inForce = result.shares();
    held = result.held();
  }

  private void step(Map<String, Double> wanted) {
    step(ChangeControl.DEFAULT, wanted, NONE);
  }

  private void assertInForce(double a, double b, double c) {
    assertThat(inForce.get("a")).isCloseTo(a, within(1e-9));
    assertThat(inForce.getOrDefault("b", 0.0)).isCloseTo(b, within(1e-9));
    assertThat(inForce.get("c")).isCloseTo(c, within(1e-9));
  }

  @Test
  void aChangeBelowTheDeadbandIsSuppressed() {
    step(Map.of("a", 0.515, "b", 0.295, "c", 0.19));
    assertInForce(0.5, 0.3, 0.2);
    assertThat(limiter.suppressed()).isEqualTo(Map.of("deadband", 1L));
  }

  @Test
  void aSmallDriftIsSuppressedOnlyUntilItAddsUp() {
    for (int period = 1; period <= 40; period++) {
      double drift = 0.002 * period;
      step(Map.of("a", 0.5 + drift, "b", 0.3 - drift, "c", 0.2));
      assertThat(Math.abs(inForce.get("a") - 0.5 - drift)).isLessThan(0.0241);
    }
  }

  @Test
  void theLargestStepScalesTheWholePlan() {
    step(Map.of("a", 0.1, "b", 0.5, "c", 0.4));
    assertInForce(0.4, 0.35, 0.25);
    assertThat(held).isEqualTo("step");
  }

  @Test
  void theNextChangeWaitsForTheHold() {
    Map<String, Double> wanted = Map.of("a", 0.1, "b", 0.5, "c", 0.4);
    step(wanted);
    step(wanted);
    assertInForce(0.4, 0.35, 0.25);
    assertThat(held).isEqualTo("hold");
    step(wanted);
    assertInForce(0.3, 0.4, 0.3);
    assertThat(limiter.suppressed()).isEqualTo(Map.of("hold", 1L, "step", 2L));
  }

  @Test
  void frozenIsNoChange() {
    step(new ChangeControl(0.02, 0.1, 2, true), Map.of("a", 0.1, "b", 0.5, "c", 0.4), NONE);
    assertInForce(0.5, 0.3, 0.2);
    assertThat(held).isEqualTo("freeze");
  }

  @Test
  void anUnusableOneIsLeftAtOnceInProportionToWhatIsWantedEvenFrozen() {
    step(new ChangeControl(0.02, 0.1, 2, true), Map.of("a", 0.75, "c", 0.25), NONE);
    // 0.3 freed, 3 : 1
    assertInForce(0.725, 0, 0.275);
  }

  @Test
  void oneOverItsCapacityIsLeftAtOnceAndGainsNothing() {
    step(Map.of("a", 0.05, "b", 0.57, "c", 0.38), Map.of("a", 0.0));
    // 0.45 freed, 3 : 2
    assertInForce(0.05, 0.57, 0.38);
    step(Map.of("a", 0.3, "b", 0.4, "c", 0.3), Map.of("a", 0.0));
    assertThat(inForce.get("a")).isCloseTo(0.05, within(1e-9));
    assertThat(limiter.suppressed()).containsEntry("capacity", 1L);
  }

  @Test
  void oneOverItsCapacityKeepsAtOnceWhatItCanServe() {
    ChangeControl frozen = new ChangeControl(0.02, 0.1, 2, true);
    step(frozen, Map.of("a", 0.0, "b", 0.6, "c", 0.4), Map.of("a", 0.4));
    // 0.1 freed, 3 : 2
    assertInForce(0.4, 0.36, 0.24);
    step(frozen, Map.of("a", 0.45, "b", 0.3, "c", 0.25), Map.of("a", 0.35));
    assertInForce(0.4, 0.36, 0.24);
  }

  @Test
  void whereAllAreOverTheirCapacityNothingLeavesAtOnce() {
    Map<String, Double> all = Map.of("a", 0.0, "b", 0.1, "c", 0.0);
    step(Map.of("a", 0.4, "b", 0.3, "c", 0.3), all);
    assertThat(inForce.get("a")).isCloseTo(0.5, within(0.1 + 1e-9));
    assertThat(inForce.get("c")).isCloseTo(0.2, within(1e-9));
  }

  private void step(Map<String, Double> wanted, Map<String, Double> over) {
    step(ChangeControl.DEFAULT, wanted, over);
  }

  @Test
  void theHoldDoesNotDelayTheWayBack() {
    step(Map.of("a", 0.05, "b", 0.57, "c", 0.38), Map.of("a", 0.0));
    Map<String, Double> wanted = Map.of("a", 0.5, "b", 0.3, "c", 0.2);
    step(wanted);
    assertThat(inForce.get("a")).isCloseTo(0.15, within(1e-9));
    step(wanted);
    assertThat(inForce.get("a")).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void aStaleOneKeepsItsShareWhileTheOthersMove() {
    ChangeLimiter.Result result =
        limiter.next(
            ChangeControl.OFF, inForce, Map.of("a", 0.2, "b", 0.2, "c", 0.6), NONE, Set.of("a"));
    inForce = result.shares();
    assertInForce(0.5, 0.125, 0.375);
    assertThat(limiter.suppressed()).isEqualTo(Map.of("stale", 1L));
  }

  @Test
  void whereOnlyAStaleOneIsLeftItTakesAll() {
    ChangeLimiter.Result result =
        limiter.next(ChangeControl.DEFAULT, inForce, Map.of("a", 1.0), NONE, Set.of("a"));
    assertThat(result.shares()).isEqualTo(Map.of("a", 1.0));
  }

  @Test
  void anySequenceSumsToOneAndKeepsTheStepBound() {
    long seed = Seeds.base();
    Random random = new Random(seed);
    String[] names = {"a", "b", "c", "d", "e"};
    ChangeControl control = ChangeControl.DEFAULT;
    for (int period = 0; period < 20_000; period++) {
      Map<String, Double> wanted = new HashMap<>();
      Map<String, Double> over = new HashMap<>();
      Set<String> stale = new HashSet<>();
      double sum = 0;
      for (String name : names) {
        if (random.nextInt(5) > 0 || (name.equals("e") && wanted.isEmpty())) {
          double weight = random.nextInt(4) == 0 ? 1e-6 : random.nextDouble() + 1e-9;
          wanted.put(name, weight);
          sum += weight;
          if (random.nextInt(6) == 0) {
            over.put(name, random.nextBoolean() ? 0 : random.nextDouble());
          }
          if (random.nextInt(6) == 0) {
            stale.add(name);
          }
        }
      }
      double total = sum;
      wanted.replaceAll((name, weight) -> weight / total);
      Map<String, Double> before = inForce;
      Map<String, Double> after = limiter.next(control, before, wanted, over, stale).shares();
      String what = "-Dseed=" + seed + " period " + period;
      double freed = 0;
      for (String name : names) {
        double lost = before.getOrDefault(name, 0.0) - after.getOrDefault(name, 0.0);
        boolean exempt = !wanted.containsKey(name) || over.containsKey(name);
        freed += exempt ? Math.max(0, lost) : 0;
      }
      double sumAfter = 0;
      for (Map.Entry<String, Double> entry : after.entrySet()) {
        assertThat(entry.getValue()).as(what).isBetween(0.0, 1 + 1e-9);
        sumAfter += entry.getValue();
        boolean exempt = over.containsKey(entry.getKey());
        double change = entry.getValue() - before.getOrDefault(entry.getKey(), 0.0);
        if (!exempt) {
          assertThat(change)
              .as(what)
              .isBetween(-control.largestStep() - 1e-9, control.largestStep() + freed + 1e-9);
        }
      }
      assertThat(sumAfter).as(what).isCloseTo(1, within(1e-9));
      inForce = after;
    }
  }
}
