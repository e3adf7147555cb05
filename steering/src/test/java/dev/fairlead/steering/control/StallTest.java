package dev.fairlead.steering.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.plan.PolicyKind;
import dev.fairlead.steering.plan.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What befalls the caller itself must not look like an overload of the clusters it calls. */
class StallTest {
  private static final Objective OBJECTIVE =
      new Objective(PolicyKind.L3, Mode.DRIVE, Duration.ofSeconds(1), ChangeControl.DEFAULT);

  // Anywhere in a control period, and the looks in it.
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.3, 1})
  void aCallerThatStoodStillMovesNoTraffic(double seconds) {
    for (int run = 0; run < 40; run++) {
      double at = 15 + run / 40.0;
      assertSteady(run, ClusterModel.Script.stalled(at, at + seconds));
    }
  }

  // If it lasts longer each destination learns it as its normal, at its own pace: then they differ.
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1})
  void aCallerThatIsSlowToHearMovesNoTraffic(double seconds) {
    for (int run = 0; run < 40; run++) {
      double at = 15 + run / 40.0;
      assertSteady(run, ClusterModel.Script.late(at, at + seconds));
    }
  }

  /** No share moves by more than the largest step, which only an overload may exceed. */
  private static void assertSteady(int run, ClusterModel.Script script) {
    long seed = Seeds.base() + run;
    ClusterModel.Result result =
        new ClusterModel(seed, OBJECTIVE, 0, Controller.CHECKS_PER_PERIOD, script).run();
    List<ClusterModel.Stepped> steps = result.steps();
    for (int i = 1; i < steps.size(); i++) {
      Map<String, Double> before = steps.get(i - 1).shares();
      Map<String, Double> after = steps.get(i).shares();
      if (steps.get(i).at() < 10) {
        continue;
      }
      String what = script + " -Dseed=" + seed + "\n" + String.join("\n", result.log());
      after.forEach(
          (name, share) ->
              assertThat(Math.abs(share - before.getOrDefault(name, 0.0)))
                  .as(what)
                  .isLessThanOrEqualTo(OBJECTIVE.changeControl().largestStep() + 1e-9));
    }
  }
}
