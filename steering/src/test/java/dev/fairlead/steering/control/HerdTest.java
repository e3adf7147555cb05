package dev.fairlead.steering.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.plan.PolicyKind;
import dev.fairlead.steering.plan.Seeds;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Fifty sources that know nothing of each other and answer to the same destinations: what is fast
 * for one is fast for all, and would be full if all came.
 */
class HerdTest {
  private static final int SOURCES = 50;
  private static final int PERIODS = 120;

  @ParameterizedTest(name = "{0}, {1} periods late, ways of {2} ms")
  @CsvSource({"steady, 0, 0", "sine, 1, 3", "step, 0, 20", "sawtooth, 6, 0"})
  void sourcesThatDoNotKnowEachOtherSwingLessThanUnderTheReference(
      String demand, int late, double wayMillis) {
    long seed = Seeds.base();
    Fluid.Play play = new Fluid.Play(SOURCES, 3, demand(demand), late, 0.1, wayMillis, PERIODS);
    Fluid.Result own = run(play, PolicyKind.OPTIMIZED, ChangeControl.DEFAULT, seed);
    Fluid.Result reference = run(play, PolicyKind.L3_REFERENCE, ChangeControl.OFF, seed);
    String table = "-Dseed=" + seed + "\n  optimized    " + own + "\n  l3-reference " + reference;
    assertThat(own.oscillation()).as(table).isLessThan(reference.oscillation());
    assertThat(own.worstLoad()).as(table).isLessThan(1);
    assertThat(own.millis()).as(table).isLessThan(1.1 * reference.millis());
  }

  private static Fluid.Result run(
      Fluid.Play play, PolicyKind kind, ChangeControl control, long seed) {
    return new Fluid(play, Fluid.objective(kind, control), seed).run();
  }

  /** Seven to eight tenths of all capacity, after half the time. */
  private static DoubleUnaryOperator demand(String name) {
    return switch (name) {
      case "step" -> seconds -> seconds < 300 ? 1500 : 2400;
      case "sine" -> seconds -> 1900 + 500 * Math.sin(seconds / 300 * 2 * Math.PI);
      case "sawtooth" -> seconds -> (int) (seconds / Fluid.PERIOD) % 2 == 0 ? 1700 : 2300;
      default -> seconds -> 2100;
    };
  }
}
