package dev.fairlead.steering.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.plan.Seeds;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyCurveTest {
  /** Mean time in an M/M/c queue over the service time, by Erlang's C formula. */
  private static double erlang(double rho, int servers) {
    double term = 1;
    double sum = 0;
    for (int k = 0; k < servers; k++) {
      sum += term;
      term *= rho * servers / (k + 1);
    }
    double waits = term / (1 - rho) / (sum + term / (1 - rho));
    return 1 + waits / (servers * (1 - rho));
  }

  @ParameterizedTest
  @CsvSource({
    "0.3,1",
    "0.9,1",
    "0.98,1",
    "0.5,4",
    "0.9,4",
    "0.98,4",
    "0.7,32",
    "0.95,32",
    "0.98,32",
    "0.9,256",
    "0.98,256"
  })
  void theModelIsNearErlangsFormula(double rho, int servers) {
    double exact = erlang(rho, servers);
    double modelled = QueueModel.growth(rho, servers, 1);
    // Of the wait: exact for one server and near the capacity, and too long where it is short.
    double error = rho >= 0.9 ? 0.12 : 0.3;
    assertThat(modelled - 1).isCloseTo(exact - 1, within(error * (exact - 1) + 0.005));
  }

  @ParameterizedTest
  @CsvSource({"950,1000,20,1", "99,100,20,1", "80,100,5,0.3", "30,1600,500,4", "999,1000,1,1"})
  void theCapacityIsTheOneThatTheModelHadInMind(
      double rps, double capacity, double baseMillis, double variation) {
    double servers = QueueModel.servers(capacity, baseMillis * 1e6);
    double growth = QueueModel.growth(rps / capacity, servers, variation);
    if (growth > 1 + 1e-9) {
      assertThat(QueueModel.capacity(rps, growth, baseMillis * 1e6, variation))
          .isCloseTo(capacity, within(1e-3 * capacity));
    }
  }

  @Test
  void inFlightIsConvexAndLatencyNeverFalls() {
    for (long seed = Seeds.base(); seed < Seeds.base() + 500; seed++) {
      Random random = new Random(seed);
      LoadProfile profile = LoadProfile.EMPTY;
      int samples = 1 + random.nextInt(40);
      for (int i = 0; i < samples; i++) {
        double load = Math.exp(8 * random.nextGaussian());
        double nanos = 1e6 * Math.exp(3 * random.nextGaussian());
        double requests = 1 + random.nextInt(1000);
        profile =
            profile.with(
                new LoadProfile.Bucket(load, nanos, nanos * nanos, requests, i * 1_000_000_000L),
                1);
      }
      assertThat(profile.buckets()).as("-Dseed=" + seed).hasSizeLessThanOrEqualTo(16);
      double capacity = profile.top() * Math.exp(random.nextGaussian());
      List<LoadProfile.Level> levels = profile.levels(samples * 1_000_000_000L);
      LatencyCurve curve = FittedCurve.of(levels, capacity, random.nextDouble() * 10);
      check(curve, 3 * Math.max(capacity, profile.top()), "-Dseed=" + seed);
    }
  }

  private static void check(LatencyCurve curve, double highest, String seed) {
    int steps = 300;
    double before = curve.nanos(0);
    double slope = 0;
    assertThat(before).as(seed).isPositive().isFinite();
    for (int i = 1; i <= steps; i++) {
      double load = highest * i / steps;
      double step = highest / steps;
      double nanos = curve.nanos(load);
      assertThat(nanos).as(seed).isFinite().isGreaterThanOrEqualTo(before * (1 - 1e-9));
      double next = (load * nanos - (load - step) * before) / step;
      assertThat(next).as(seed).isGreaterThanOrEqualTo(slope - 1e-6 * (nanos + next));
      slope = next;
      before = nanos;
    }
  }

  @Test
  void latencyThatRisesGentlyIsAsItWasSeen() {
    LoadProfile profile = LoadProfile.EMPTY;
    for (int load = 100; load <= 1000; load += 100) {
      double nanos = 10e6 * (1 + load / 500.0);
      profile = profile.with(new LoadProfile.Bucket(load, nanos, nanos * nanos, 1e6, load), 1);
    }
    LatencyCurve curve = FittedCurve.of(profile.levels(1000), 2000, 1);
    for (int load = 100; load <= 1000; load += 50) {
      double nanos = 10e6 * (1 + load / 500.0);
      // Loads whose latencies differ by less than an eighth make one level: half of that.
      assertThat(curve.nanos(load)).isCloseTo(nanos, within(0.07 * nanos));
    }
  }

  @Test
  void noisyLevelsThatChanceMaySetApartAreOne() {
    int apart = 0;
    for (long seed = Seeds.base(); seed < Seeds.base() + 500; seed++) {
      Random random = new Random(seed);
      LoadProfile profile = LoadProfile.EMPTY;
      for (int load = 100; load <= 1000; load += 100) {
        double nanos = 20e6 * (1 + 0.03 * random.nextGaussian());
        profile = profile.with(new LoadProfile.Bucket(load, nanos, 400e12, 1e4, 0), 1);
      }
      apart += profile.levels(0).size() > 1 ? 1 : 0;
    }
    // Ten of them, at three standard errors of the difference: a percent or so.
    assertThat(apart).isLessThan(25);
  }
}
