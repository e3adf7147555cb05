package dev.fairlead.steering.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.plan.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemandEstimatorTest {
  private static final int RUNS = 40;

  /** Forecasts of one period ahead, and what then came on average. */
  private static final class Trial {
    private final Random random;
    private final double period;
    private final DoubleUnaryOperator rate;
    private DemandEstimator state = DemandEstimator.UNKNOWN;
    private double now;
    private double error;
    private double squared;
    private int within2;
    private int count;

    Trial(long seed, double period, DoubleUnaryOperator rate) {
      this.random = new Random(seed);
      this.period = period;
      this.rate = rate;
    }

    /** The rate of the next period, and a Poisson count's rate in it. */
    private double next() {
      double mean = rate.applyAsDouble(now + period / 2);
      now += period;
      return mean;
    }

    Trial run(double seconds) {
      error = 0;
      squared = 0;
      within2 = 0;
      count = 0;
      for (double at = 0; at < seconds - 1e-9; at += period) {
        Estimate forecast = state.ahead(nanos(), (long) (period * 1e9));
        double mean = next();
        double seen = Math.max(0, mean + random.nextGaussian() * Math.sqrt(mean / period));
        state = state.after(nanos(), seen);
        if (forecast.isKnown()) {
          count++;
          error += forecast.value() - mean;
          squared += (forecast.value() - mean) * (forecast.value() - mean);
          within2 += Math.abs(forecast.value() - seen) <= 2 * forecast.deviation() ? 1 : 0;
        }
      }
      return this;
    }

    long nanos() {
      return Math.round(now * 1e9);
    }

    double bias() {
      return error / count;
    }

    double deviation() {
      return Math.sqrt(squared / count);
    }

    double forecast() {
      return state.ahead(nanos(), (long) (period * 1e9)).value();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2, 5, 15})
  void steadyDemandIsKnownBetterThanOnePeriodTells(double period) {
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      Trial trial = new Trial(seed, period, t -> 400);
      trial.run(60).run(200 * period);
      double chance = Math.sqrt(400 / period);
      // 200 forecasts, correlated over some five periods: three standard errors of their mean.
      assertThat(trial.bias())
          .as("-Dseed=" + seed)
          .isCloseTo(0, within(3 * chance / Math.sqrt(40)));
      assertThat(trial.deviation()).as("-Dseed=" + seed).isLessThan(1.2 * chance);
      // The deviation is that of the next period's number: two of them hold 95 %, less 4 errors.
      assertThat(trial.within2).as("-Dseed=" + seed).isGreaterThan(trial.count * 88 / 100);
      assertThat(trial.state.ahead(trial.nanos(), 0).deviation())
          .as("-Dseed=" + seed)
          // From some twenty errors: a sixth either way, three times that in 160 of them.
          .isBetween(0.5 * chance, 2.2 * chance);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void aStepIsTakenWholeInTheNextPeriod(double period) {
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      Trial trial = new Trial(seed, period, t -> t < 120 ? 100 : 300);
      trial.run(120).run(period);
      // One sample of the new rate: four of its deviations, and what trend it may have had.
      assertThat(trial.forecast())
          .as("-Dseed=" + seed)
          .isCloseTo(300, within(4 * Math.sqrt(300 / period) + 10));
      trial.run(30);
      assertThat(trial.forecast())
          .as("-Dseed=" + seed)
          .isCloseTo(300, within(4 * Math.sqrt(300 / period)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void aRampIsFollowedWithoutLag(double period) {
    double bias = 0;
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      bias += new Trial(seed, period, t -> 200 + 2 * t).run(120).run(120).bias() / RUNS;
    }
    // An average with τ 5 s alone lags by ten rps and what comes in a period. Forty runs of
    // 120 s, correlated over some 25 s: three standard errors are below 3.
    assertThat(bias).as("-Dseed=" + Seeds.base()).isCloseTo(0, within(3.0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 5})
  void aSineOfFiveMinutesIsFollowed(double period) {
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      Trial trial = new Trial(seed, period, t -> 500 + 200 * Math.sin(2 * Math.PI * t / 300));
      trial.run(300).run(600);
      // The steepest slope is 4.2 rps a second; half of what two periods' chance and lag make.
      double chance = Math.sqrt(700 / period);
      assertThat(trial.deviation()).as("-Dseed=" + seed).isLessThan(chance + 12);
    }
  }

  @Test
  void aNoisySourceIsSmoothedOnceItIsKnownToBeNoisy() {
    int steps = 0;
    for (long seed = Seeds.base(); seed < Seeds.base() + RUNS; seed++) {
      Random random = new Random(seed);
      DemandEstimator state = DemandEstimator.UNKNOWN;
      for (int second = 1; second <= 300; second++) {
        // Ten times the deviation of a Poisson count.
        double seen = Math.max(0, 1000 + 300 * random.nextGaussian());
        DemandEstimator next = state.after(second * 1_000_000_000L, seen);
        steps += second > 60 && next.level() == seen ? 1 : 0;
        state = next;
      }
      assertThat(state.ahead(300_000_000_000L, 0).deviation())
          .as("-Dseed=" + seed)
          .isBetween(200.0, 600.0);
    }
    // Taken for a step: four deviations of an estimate that itself varies.
    assertThat(steps).isLessThan(RUNS * 240 / 200);
  }

  @Test
  void unevenPeriodsCountByTheirTime() {
    DemandEstimator coarse = DemandEstimator.UNKNOWN;
    for (int i = 0; i <= 20; i++) {
      coarse = coarse.after(i * 1_000_000_000L, 100);
    }
    DemandEstimator fine = coarse;
    for (int i = 1; i <= 8; i++) {
      fine = fine.after(20_000_000_000L + i * 500_000_000L, 110);
    }
    for (int i = 1; i <= 2; i++) {
      coarse = coarse.after(20_000_000_000L + i * 2_000_000_000L, 110);
    }
    // 4 s of τ 5 s: 5.5 of the ten; the trend adds what it saw of it.
    assertThat(coarse.level()).isCloseTo(105.5, within(1.0));
    assertThat(fine.level()).isCloseTo(coarse.level(), within(1.0));
  }

  @Test
  void silenceIsNoDemandOnlyWhereItWasMeasured() {
    DemandEstimator state = DemandEstimator.UNKNOWN;
    for (int second = 1; second <= 20; second++) {
      state = state.after(second * 1_000_000_000L, 100);
    }
    DemandEstimator gap = state.after(21_000_000_000L, Double.NaN);
    assertThat(gap).isEqualTo(state);
    Estimate later = gap.ahead(26_000_000_000L, 0);
    assertThat(later.value()).isCloseTo(100, within(1.0));
    assertThat(later.ageNanos()).isEqualTo(6_000_000_000L);
    assertThat(later.deviation()).isGreaterThan(gap.ahead(21_000_000_000L, 0).deviation());
    assertThat(gap.ahead(36_000_000_000L, 0).isKnown()).isFalse();
    assertThat(state.after(21_000_000_000L, 0).ahead(21_000_000_000L, 0).value()).isZero();
  }

  @Test
  void demandIsNeverNegative() {
    DemandEstimator state = DemandEstimator.UNKNOWN;
    for (int second = 0; second <= 20; second++) {
      state = state.after(second * 1_000_000_000L, Math.max(0, 100 - 10 * second));
      assertThat(state.ahead(second * 1_000_000_000L, 60_000_000_000L).value()).isNotNegative();
    }
  }

  private static final TrafficKey KEY = new TrafficKey(new ServiceName("shop", "cart"), "west", -1);

  private static Observations seen(long seconds, long ageSeconds, double... rates) {
    List<Observation.Destination> rows = new ArrayList<>();
    for (double rate : rates) {
      double none = Double.NaN;
      rows.add(
          new Observation.Destination(
              "c" + rows.size(),
              true,
              ageSeconds * 1_000_000_000L,
              rate,
              rate,
              1,
              1,
              20e6,
              80e6,
              none,
              none,
              none));
    }
    long now = seconds * 1_000_000_000L;
    return new Observations(now, List.of(new Observation(KEY, now, rows)), Topology.UNKNOWN);
  }

  @Test
  void demandIsWhatAllDestinationsGot() {
    Demands demands = Demands.NONE.after(seen(10, 0, 30, 70)).after(seen(11, 0, 40, 60));
    assertThat(demands.ahead(KEY, 11_000_000_000L, 0).value()).isCloseTo(100, within(1e-9));
  }

  @Test
  void oneUnknownDestinationMakesThePeriodUnknown() {
    Demands known = Demands.NONE.after(seen(10, 0, 30, 70));
    assertThat(known.after(seen(11, 0, 30, Double.NaN))).isEqualTo(known);
  }

  @Test
  void oneThatNobodyEverMeasuredHasNoTrafficYet() {
    Observation both = seen(10, 0, 30, 70).all().getFirst();
    Observation.Destination never = Observation.Destination.unknown("never", true);
    Observation some =
        new Observation(KEY, both.nanos(), List.of(both.destinations().get(1), never));
    Demands demands =
        Demands.NONE.after(new Observations(both.nanos(), List.of(some), Topology.UNKNOWN));
    assertThat(demands.ahead(KEY, both.nanos(), 0).value()).isCloseTo(70, within(1e-9));

    Observation none = new Observation(KEY, both.nanos(), List.of(never));
    assertThat(
            Demands.NONE
                .after(new Observations(both.nanos(), List.of(none), Topology.UNKNOWN))
                .ahead(KEY, both.nanos(), 0)
                .isKnown())
        .isFalse();
  }

  @Test
  void oneDestinationOfWhichNothingIsHeardDoesNotMakeTheSourceUnknown() {
    Observation both = seen(40, 0, 30, 70).all().getFirst();
    Observation.Destination silent = both.destinations().getLast().aged(true, 60_000_000_000L);
    Observation seen =
        new Observation(KEY, both.nanos(), List.of(both.destinations().getFirst(), silent));
    Demands demands =
        Demands.NONE.after(new Observations(both.nanos(), List.of(seen), Topology.UNKNOWN));
    assertThat(demands.ahead(KEY, both.nanos(), 0).value()).isCloseTo(100, within(1e-9));
  }

  @Test
  void theSameReportSeenAgainCountsOnce() {
    Demands once = Demands.NONE.after(seen(10, 0, 30, 70)).after(seen(12, 0, 50, 100));
    assertThat(once.after(seen(13, 1, 50, 100))).isEqualTo(once);
    assertThat(once.after(seen(40, 28, 50, 100))).isEqualTo(once);
    assertThat(once.ahead(KEY, 40_000_000_000L, 0).isKnown()).isFalse();
  }
}
