package dev.fairlead.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmUpTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long WINDOW = 30 * SECOND;
  private static final IntToDoubleFunction UNKNOWN = index -> Double.NaN;

  private final Ramp fresh = new Ramp(1000 * SECOND);
  private final Ramp warm = warmRamp();
  private final Ramp otherWarm = warmRamp();

  private static Ramp warmRamp() {
    Ramp ramp = new Ramp(0);
    ramp.advance(1000 * SECOND, Double.NaN, Double.NaN);
    return ramp;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.1",
    "1, 1, 0.1",
    "3, 1, 0.1",
    "6, 1, 0.2",
    "15, 1, 0.5",
    "29.7, 1, 0.99",
    "30, 1, 1",
    "300, 1, 1",
    "7.5, 2, 0.5",
    "15, 0.5, 0.25"
  })
  void theFactorIsEnvoysSlowStart(double seconds, double aggression, double factor) {
    WarmUp policy = new WarmUp(Duration.ofSeconds(30), aggression, 0.1);
    assertThat(policy.factor(seconds * SECOND)).isCloseTo(factor, within(1e-12));
  }

  @Test
  void withoutAWindowAllAreWarmAtOnce() {
    WarmUpGroup group = new WarmUpGroup(WarmUp.OFF, List.of(fresh, warm));
    assertThat(group.warm()).isTrue();
    assertThat(group.factor(0)).isEqualTo(1);
  }

  @Test
  void aNewEndpointBesideWarmOnesRampsByTime() {
    WarmUpGroup group = new WarmUpGroup(WarmUp.DEFAULT, List.of(fresh, warm));
    assertThat(group.factor(0)).isEqualTo(0.1);
    assertThat(group.factor(1)).isEqualTo(1);
    group.advance(1015 * SECOND, UNKNOWN);
    assertThat(group.factor(0)).isCloseTo(0.5, within(1e-12));
    assertThat(group.factor(1)).isEqualTo(1);
    assertThat(group.warm()).isFalse();
    assertThat(group.advance(1030 * SECOND, UNKNOWN)).isTrue();
    assertThat(group.warm()).isTrue();
    assertThat(group.advance(2000 * SECOND, UNKNOWN)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "10, 2", "15, 1.3333333333333333", "20, 1", "40, 0.5", "1000, 0.5", "-1, 1"})
  void itRampsFasterWhereItsLatencyIsNoWorseAndSlowerWhereItIs(double own, double speed) {
    WarmUpGroup group = new WarmUpGroup(WarmUp.DEFAULT, List.of(fresh, warm, otherWarm));
    group.advance(1012 * SECOND, index -> index == 0 ? own : 10);
    assertThat(group.factor(0)).isCloseTo(speed * 12 / 30, within(1e-9));
  }

  @Test
  void itNeverGoesBackWhenLatencyGetsWorse() {
    WarmUpGroup group = new WarmUpGroup(WarmUp.DEFAULT, List.of(fresh, warm));
    double before = 0;
    for (int step = 1; step <= 100; step++) {
      double latency = step % 2 == 0 ? 10 : 1e9;
      group.advance(1000 * SECOND + step * SECOND, index -> index == 0 ? latency : 10);
      assertThat(group.factor(0)).isGreaterThanOrEqualTo(before).isBetween(0.1, 1.0);
      before = group.factor(0);
    }
    assertThat(before).isEqualTo(1);
  }

  @Test
  void whereAllAreNewNobodyGetsLess() {
    WarmUpGroup group =
        new WarmUpGroup(WarmUp.DEFAULT, List.of(new Ramp(0), new Ramp(0), new Ramp(0)));
    for (long now = 0; now <= WINDOW; now += SECOND) {
      group.advance(now, UNKNOWN);
      for (int index = 0; index < 3; index++) {
        assertThat(group.factor(index)).isEqualTo(1);
      }
    }
    assertThat(group.warm()).isTrue();
  }

  @Test
  void whereAllAreNewOneThatIsSlowGetsLessThanTheOthers() {
    WarmUpGroup group =
        new WarmUpGroup(WarmUp.DEFAULT, List.of(new Ramp(0), new Ramp(0), new Ramp(0)));
    group.advance(10 * SECOND, index -> index == 0 ? 100 : 10);
    assertThat(group.factor(0)).isCloseTo(0.25, within(1e-9)); // Speeds ½ and 2.
    assertThat(group.factor(1)).isEqualTo(1);
  }

  @Test
  void aStepIsTakenOnceAndTimeDoesNotGoBack() {
    WarmUpGroup group = new WarmUpGroup(WarmUp.DEFAULT, List.of(fresh, warm));
    assertThat(group.advance(1015 * SECOND, UNKNOWN)).isTrue();
    assertThat(group.advance(1015 * SECOND, UNKNOWN)).isFalse();
    assertThat(group.advance(1001 * SECOND, UNKNOWN)).isFalse();
    fresh.advance(1001 * SECOND, Double.NaN, Double.NaN);
    assertThat(fresh.nanos()).isEqualTo(15.0 * SECOND);
  }

  @Test
  void theMedianOfTheOthersLeavesOutOne() {
    double[] sorted = {1, 2, 4, 8, 16};
    assertThat(Median.of(sorted)).isEqualTo(4);
    assertThat(Median.without(sorted, 0)).isEqualTo(6);
    assertThat(Median.without(sorted, 2)).isEqualTo(5);
    assertThat(Median.without(sorted, 4)).isEqualTo(3);
    assertThat(Median.without(new double[] {7}, 0)).isNaN();
    assertThat(Median.without(new double[] {7, 9}, 0)).isEqualTo(9);
    assertThat(Median.without(new double[] {7, 9}, 1)).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "NaN, 0.1", "1, 0", "1, NaN", "1, 1.1"})
  void badPoliciesAreRefused(double aggression, double min) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WarmUp(Duration.ofSeconds(1), aggression, min));
  }
}
