package dev.fairlead.steering.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.plan.PolicyKind;
import dev.fairlead.steering.plan.Seeds;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The demo's script in virtual time: the order between policies that the demo must show, whenever
 * in a control period its faults come.
 */
class DemoScriptTest {
  // 26 % below.
  private static final double AT_MOST = 0.74;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void defaultIsAQuarterBelowEvenAndNoWorseThanL3(int run) {
    long seed = Seeds.base() + run;
    double phase = (run % 8) / 8.0;
    ClusterModel.Result even =
        run(seed, phase, PolicyKind.EVEN, 1000, ChangeControl.DEFAULT, false);
    ClusterModel.Result reference =
        run(seed, phase, PolicyKind.L3_REFERENCE, 5000, ChangeControl.OFF, false);
    ClusterModel.Result l3 = run(seed, phase, PolicyKind.L3, 5000, ChangeControl.OFF, false);
    ClusterModel.Result l3Checked = run(seed, phase, PolicyKind.L3, 5000, ChangeControl.OFF, true);
    ClusterModel.Result own = run(seed, phase, PolicyKind.L3, 1000, ChangeControl.DEFAULT, true);
    String table =
        String.format(Locale.ROOT, "-Dseed=%d, phase %.2f%n", seed, phase)
            + row("even", even)
            + row("l3-reference", reference)
            + row("l3", l3)
            + row("l3, checked", l3Checked)
            + row("default", own)
            + String.join("\n", own.log());

    assertThat(own.quantile(0.99)).as(table).isLessThanOrEqualTo(AT_MOST * even.quantile(0.99));
    assertThat(own.quantile(0.99)).as(table).isLessThanOrEqualTo(l3.quantile(0.99));
    assertThat(own.quantile(0.5)).as(table).isLessThan(even.quantile(0.5));
    if (Boolean.getBoolean("table")) {
      System.out.println(table);
    }
  }

  private static ClusterModel.Result run(
      long seed,
      double phase,
      PolicyKind kind,
      long millis,
      ChangeControl control,
      boolean checks) {
    Objective objective = new Objective(kind, Mode.DRIVE, Duration.ofMillis(millis), control);
    int perPeriod = checks ? Controller.CHECKS_PER_PERIOD : 1;
    return new ClusterModel(seed, objective, phase, perPeriod, ClusterModel.Script.DEMO).run();
  }

  private static String row(String name, ClusterModel.Result result) {
    return String.format(
        Locale.ROOT,
        "  %-13s p50 %4.0f  p90 %4.0f  p99 %5.0f  p99.9 %5.0f ms  completed %d  failed %d%n",
        name,
        1e3 * result.quantile(0.5),
        1e3 * result.quantile(0.9),
        1e3 * result.quantile(0.99),
        1e3 * result.quantile(0.999),
        result.latencies().length,
        result.failed());
  }
}
