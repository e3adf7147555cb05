package dev.fairlead.steering.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The demo's script in virtual time: the order between policies that the demo must show. */
class DemoScriptTest {
  private static final long SEED = Long.getLong("seed", 1);
  private static final int RUNS = 16;

  private static Objective objective(Objective.Kind kind, long millis, ChangeControl control) {
    return new Objective(kind, Mode.DRIVE, Duration.ofMillis(millis), control);
  }

  @Test
  void defaultBeatsEvenByAQuarterAndIsNoWorseThanL3() {
    for (int run = 0; run < RUNS; run++) {
      long seed = SEED + run;
      double phase = (run % 8) / 8.0;
      ClusterModel.Result even =
          new ClusterModel(seed, objective(Objective.Kind.EVEN, 1000, ChangeControl.DEFAULT), phase, 1).run();
      ClusterModel.Result l3 =
          new ClusterModel(seed, objective(Objective.Kind.L3, 5000, ChangeControl.OFF), phase, 1).run();
      ClusterModel.Result reference =
          new ClusterModel(seed, objective(Objective.Kind.L3_REFERENCE, 5000, ChangeControl.OFF), phase, 1).run();
      ClusterModel.Result own =
          new ClusterModel(seed, objective(Objective.Kind.L3, 1000, ChangeControl.DEFAULT), phase, 1).run();
      ClusterModel.Result early =
          new ClusterModel(seed, objective(Objective.Kind.L3, 1000, ChangeControl.DEFAULT), phase, 4).run();
      System.out.printf("seed %d phase %.2f%n", seed, phase);
      row("even", even);
      row("l3-reference", reference);
      row("l3", l3);
      row("1 check", own);
      row("default", early);
      if (Boolean.getBoolean("log") && (run == 7 || run == 9)) {
        early.log().forEach(System.out::println);
        l3.log().forEach(System.out::println);
      }
    }
  }

  private static void row(String name, ClusterModel.Result r) {
    System.out.printf(
        "  %-13s p50 %4.0f  p90 %4.0f  p99 %5.0f  p99.9 %5.0f ms  completed %d  failed %d%n",
        name, 1e3 * r.quantile(0.5), 1e3 * r.quantile(0.9), 1e3 * r.quantile(0.99),
        1e3 * r.quantile(0.999), r.latencies().length, r.failed());
    assertThat(r.latencies()).isNotEmpty();
  }
}
