package dev.fairlead.steering.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.plan.Seeds;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Destinations whose capacity is known: what is believed of it after which time. */
class CapacityEstimatorTest {
  private static final int RUNS = 3;

  /** A station and what is learned of it. */
  private static final class Trial {
    private final String seed;
    private final double period;
    private final Station station;
    private Capacities learned = Capacities.NONE;
    private long nanos;

    Trial(long seed, double period, Station station) {
      this.seed = "-Dseed=" + seed + ", period " + period;
      this.period = period;
      this.station = station;
    }

    /** Runs for so many seconds at that load, which may depend on the second. */
    Trial run(double seconds, DoubleUnaryOperator load) {
      for (double at = 0; at < seconds - 1e-9; at += period) {
        Observations seen = station.period(period, load.applyAsDouble(at));
        learned = learned.after(seen);
        nanos = seen.nanos();
      }
      return this;
    }

    Trial run(double seconds, double load) {
      return run(seconds, at -> load);
    }

    Capacity capacity() {
      return learned.capacity("east", nanos);
    }

    double latencyMillis(double rps) {
      return capacity().curve().orElseThrow().nanos(rps) / 1e6;
    }

    void isFull(double relativeError) {
      Capacity capacity = capacity();
      assertThat(capacity.bound()).as(seed + capacity).isEqualTo(Capacity.Bound.MEASURED);
      double error = capacity.rps().value() - station.capacity();
      assertThat(Math.abs(error) / station.capacity())
          .as(seed + capacity)
          .isLessThan(relativeError);
      // Four deviations: a few of hundreds of checks may be beyond three.
      assertThat(Math.abs(error)).as(seed + capacity).isLessThan(4 * capacity.rps().deviation());
    }

    void isAtLeast(double low, double high) {
      Capacity capacity = capacity();
      assertThat(capacity.bound()).as(seed + capacity).isEqualTo(Capacity.Bound.AT_LEAST);
      assertThat(capacity.rps().value()).as(seed + capacity).isBetween(low, high);
    }
  }

  private interface Check {
    void accept(Trial trial);
  }

  /** Four endpoints with eight workers and 20 ms, exponential: 1600 rps. */
  private static void each(double period, Check check) {
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      check.accept(new Trial(seed, period, new Station(seed, 4, 8, 20, 0)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void whatIsNeverFullHasALowerBoundAndALevelCurve(double period) {
    each(
        period,
        trial -> {
          trial.run(120, 960);
          // The highest of the loads that were seen: 5 % are four deviations of a second's count.
          trial.isAtLeast(0.95 * 960, 1.2 * 960);
          assertThat(trial.capacity().over()).as(trial.seed).isFalse();
          assertThat(trial.latencyMillis(100)).as(trial.seed).isCloseTo(20, within(2.0));
          assertThat(trial.latencyMillis(960)).as(trial.seed).isCloseTo(20, within(2.0));
          // Nothing is known beyond, and the prior is gentle: half as much load is not yet dear.
          assertThat(trial.latencyMillis(1440)).as(trial.seed).isLessThan(30);
          // Four times as much is.
          assertThat(trial.latencyMillis(4000)).as(trial.seed).isGreaterThan(200);
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void aRampOverTheKneeIsMeasured(double period) {
    each(
        period,
        trial -> {
          trial.run(150, at -> 200 + 10 * at).run(40, 2000).isFull(0.05);
          assertThat(trial.capacity().over()).as(trial.seed).isTrue();
          assertThat(trial.latencyMillis(800)).as(trial.seed).isCloseTo(20, within(3.0));
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void aStepOverTheCapacityIsMeasuredInFourPeriods(double period) {
    each(
        period,
        trial -> {
          // A tenth too much: 160 requests a second pile up; at 1 s chance hides the first ones.
          trial.run(60, 1000).run(period == 1 ? 8 : 20, 1760);
          trial.isFull(0.08);
          assertThat(trial.latencyMillis(1000)).as(trial.seed).isCloseTo(20, within(3.0));
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void noiseIsNoKnee(double period) {
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      Random random = new Random(seed);
      Trial trial = new Trial(seed, period, new Station(seed, 4, 8, 20, 1));
      trial.run(10, 1000);
      for (int i = 0; i < 40; i++) {
        trial.run(5, 200 + 900 * random.nextDouble());
        assertThat(trial.capacity().limits()).as(trial.seed + trial.capacity()).isFalse();
        assertThat(trial.latencyMillis(600)).as(trial.seed).isBetween(14.0, 28.0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void anAutoscalerChangesTheCapacityAtOnce(double period) {
    each(
        period,
        trial -> {
          trial.run(40, 1000).run(40, 1750).isFull(0.05);
          double sure = trial.capacity().rps().deviation();
          trial.station.endpoints = 8;
          trial.run(period, 1750).isFull(0.1);
          assertThat(trial.capacity().rps().deviation()).as(trial.seed).isGreaterThan(2 * sure);
          trial.station.endpoints = 2;
          trial.run(period, 400);
          assertThat(trial.capacity().rps().value()).as(trial.seed).isCloseTo(800, within(80.0));
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void aRolloutOfASlowerVersionIsFoundWhenItIsFull(double period) {
    each(
        period,
        trial -> {
          trial.run(40, 1000).run(40, 1750).run(60, 1000);
          for (int pod = 1; pod <= 4; pod++) {
            // One at a time: five are ready for a moment, and in the end all have half the workers.
            trial.station.endpoints = 5;
            trial.run(5, 1000);
            trial.station.endpoints = 4;
          }
          trial.station.workersPerEndpoint = 4;
          trial.run(Math.max(6, 4 * period), 1000);
          trial.isFull(0.08);
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void tenTimesSlowerIsNoKneeWhereLatencyDoesNotDependOnLoad(double period) {
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      Trial trial = new Trial(seed, period, new Station(seed, 1, 1_000_000, 20, 0.6));
      trial.run(60, 500);
      assertThat(trial.latencyMillis(500)).as(trial.seed).isCloseTo(20, within(2.0));
      trial.station.slower = 10;
      trial.run(3 * period, 500);
      assertThat(trial.latencyMillis(500)).as(trial.seed).isCloseTo(200, within(25.0));
      assertThat(trial.latencyMillis(50)).as(trial.seed).isCloseTo(200, within(25.0));
      assertThat(trial.capacity().limits()).as(trial.seed).isFalse();
      trial.run(57, 500);
      trial.station.slower = 1;
      // Slow ones are answered for two seconds still.
      trial.run(4 * period, 500);
      assertThat(trial.latencyMillis(500)).as(trial.seed).isCloseTo(20, within(2.5));
      trial.isAtLeast(475, 600);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void tenTimesSlowerWorkersServeATenth(double period) {
    each(
        period,
        trial -> {
          trial.run(60, 1000).run(40, 1750).run(60, 500).isFull(0.05);
          trial.station.slower = 10;
          // 160 a second, over a few seconds: chance is 4 %.
          trial.run(4 * period, 500).isFull(0.15);
          // Most is led elsewhere; what is left drains and shows how slow it is.
          trial.run(period == 1 ? 40 : 200, 50);
          assertThat(trial.capacity().rps().value()).as(trial.seed).isCloseTo(160, within(32.0));
          assertThat(trial.latencyMillis(50)).as(trial.seed).isCloseTo(200, within(60.0));
          trial.station.slower = 1;
          trial.run(4 * period, 50);
          assertThat(trial.latencyMillis(50)).as(trial.seed).isCloseTo(20, within(8.0));
          // What was known of it before is true again, or at least what it served well.
          assertThat(trial.capacity().rps().value()).as(trial.seed).isGreaterThan(900);
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void oneThatRefusesWhatIsTooMuchIsFull(double period) {
    each(
        period,
        trial -> {
          trial.station.longestQueue = 10;
          trial.run(60, 1000).run(4 * period, 2400);
          assertThat(trial.capacity().bound()).as(trial.seed).isEqualTo(Capacity.Bound.MEASURED);
          assertThat(trial.capacity().rps().value()).as(trial.seed).isCloseTo(1600, within(160.0));
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void nothingIsBelievedAboveTheHint(double period) {
    each(
        period,
        trial -> {
          trial.station.hintedRpsPerEndpoint = 300;
          trial.run(period, 100);
          Capacity first = trial.capacity();
          assertThat(first.bound()).isEqualTo(Capacity.Bound.HINTED);
          assertThat(first.rps().value()).isEqualTo(1200);
          trial.run(60, 1100);
          assertThat(trial.capacity().rps().value()).isEqualTo(1200);
          assertThat(trial.capacity().rps().deviation()).isLessThan(first.rps().deviation());
          trial.run(60, 1800);
          assertThat(trial.capacity().rps().value()).isEqualTo(1200);
          trial.station.hintedRpsPerEndpoint = 500;
          trial.run(20, 1800).isFull(0.06);
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void whatWasMeasuredLongAgoIsOnlyALowerBound(double period) {
    each(
        period,
        trial -> {
          trial.run(60, 1000).run(40, 1750).run(280, 500);
          assertThat(trial.capacity().bound()).as(trial.seed).isEqualTo(Capacity.Bound.MEASURED);
          double before = trial.capacity().rps().deviation();
          trial.run(60, 500).isAtLeast(1500, 1760);
          assertThat(trial.capacity().rps().deviation()).isGreaterThan(before);
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void oneThatHungServesAsBeforeWhenItIsBack(double period) {
    each(
        period,
        trial -> {
          trial.run(40, 1000).run(40, 1750).run(60, 500).isFull(0.05);
          trial.station.slower = 1e9;
          trial.run(4 * period, 500);
          assertThat(trial.capacity().over()).as(trial.seed).isTrue();
          assertThat(trial.capacity().rps().value()).as(trial.seed).isLessThan(50);
          trial.station.restart();
          trial.run(6 * period, 500);
          assertThat(trial.capacity().rps().value()).as(trial.seed).isGreaterThan(1400);
          assertThat(trial.latencyMillis(500)).as(trial.seed).isCloseTo(20, within(4.0));
        });
  }

  /** A quarter of a second by which load comes back, and another: all that is seen of them. */
  private static CapacityEstimator comesBack(double millisWhileItComes) {
    CapacityEstimator known = CapacityEstimator.UNKNOWN;
    for (int period = 1; period <= 20; period++) {
      known = known.after(seen(5.0 * period, 440, 440, 12, 25), false);
    }
    known = known.after(seen(105, 1, 1, 0, 25), false);
    known = known.after(seen(105.25, 7, 3, 60, millisWhileItComes), false);
    known = known.after(seen(105.5, 74, 68, 80, millisWhileItComes), false);
    return known.after(seen(105.75, 73, 67, 100, millisWhileItComes), false);
  }

  private static Served seen(
      double seconds, double started, double ended, double inFlight, double millis) {
    return new Served(
        (long) (seconds * 1e9),
        started,
        ended,
        inFlight,
        0,
        1,
        ended,
        millis * 1e6,
        millis * 1e6,
        0.4,
        4,
        Double.NaN);
  }

  @Test
  void loadThatJustCameBackIsInFlightAndNobodyWaits() {
    // What is in flight has come already, while the rate is that of the time before.
    Capacity answeredAsEver = comesBack(20).capacity(106_000_000_000L);
    assertThat(answeredAsEver.bound()).isEqualTo(Capacity.Bound.AT_LEAST);
    assertThat(answeredAsEver.rps().value()).isGreaterThan(400);
    // If requests wait for it, it serves no more.
    Capacity late = comesBack(60).capacity(106_000_000_000L);
    assertThat(late.bound()).isEqualTo(Capacity.Bound.MEASURED);
    assertThat(late.rps().value()).isLessThan(200);
  }
}
