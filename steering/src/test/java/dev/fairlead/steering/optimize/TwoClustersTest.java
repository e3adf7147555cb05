package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.capacity.LatencyCurve;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Source;
import dev.fairlead.steering.optimize.Situation.Way;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Experiment T6 (semantics §9): two clusters whose latency in ms is a·load⁴, a = 10^−9.24; east has
 * 100 rps, west has W; what moves from west to east takes 5 ms longer.
 */
class TwoClustersTest {
  private static final double A = StrictMath.pow(10, -9.24);
  private static final LatencyCurve FOURTH = rps -> A * rps * rps * rps * rps * 1e6;

  @ParameterizedTest(name = "of {0} rps {1} stay; SLATE publishes {2}")
  @CsvSource({
    "100, 100, 100",
    "200, 200, 200",
    "300, 227, 228",
    "400, 264, 265",
    "500, 308, 310",
    "600, 355, 360",
    "700, 403, 410",
    "800, 452, 450",
    "900, 502, 490",
    "1000, 551, 510"
  })
  void keptInWest(double rps, double expected, double published) {
    double kept = Optimizer.solve(west(rps), performance()).rps(0, 0);
    System.out.printf(
        "W %.0f: kept %.3f, expected %.0f, published %.0f%n", rps, kept, expected, published);
    assertThat(kept).isCloseTo(expected, within(1.0));
    assertThat(kept).isCloseTo(exact(rps), within(0.05));
  }

  @ParameterizedTest
  @CsvSource({"300, 0, 0", "300, 300, 0", "1000, 12, 700", "1000, 551, 549"})
  void whereTheSearchBeginsDoesNotMatter(double rps, double west, double east) {
    Allocation warm = Optimizer.solve(west(rps), performance(), Map.of("west", west, "east", east));
    assertThat(warm.rps(0, 0)).isCloseTo(exact(rps), within(0.05));
  }

  private static Valuation performance() {
    return Valuation.of(Valuation.Objective.PERFORMANCE, 0).withFloor(0, 0);
  }

  private static Situation west(double rps) {
    double open = Double.POSITIVE_INFINITY;
    return new Situation(
        List.of(new Source("west", -1, rps), new Source("east", -1, 100)),
        List.of(
            new Destination("west", true, open, 0, FOURTH),
            new Destination("east", true, open, 0, FOURTH)),
        List.of(Way.FREE, new Way(5e6, 0, false), new Way(5e6, 0, false), Way.FREE));
  }

  /** By bisection: where d/dx x·a·x⁴ is 5 ms above d/dy y·a·y⁴, or all of it. */
  private static double exact(double rps) {
    double low = 0;
    double high = rps;
    for (int i = 0; i < 100; i++) {
      double x = (low + high) / 2;
      double y = rps + 100 - x;
      boolean tooMuch = 5 * A * StrictMath.pow(x, 4) > 5 * A * StrictMath.pow(y, 4) + 5;
      low = tooMuch ? low : x;
      high = tooMuch ? x : high;
    }
    return low;
  }
}
