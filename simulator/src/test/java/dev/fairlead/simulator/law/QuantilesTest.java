package dev.fairlead.simulator.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.simulator.Seeds;
import dev.fairlead.simulator.scenario.Law;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class QuantilesTest {
  private static final int DRAWS = 400_000;

  /** Each law with its mean, and the share of it that is at most x, by a textbook's formula. */
  static Stream<Arguments> laws() {
    double sigma = Math.log(4) / 2.3263478740408408;
    return Stream.of(
        law(new Law.Uniform(10, 30), 20, x -> Math.clamp((x - 10) / 20, 0, 1)),
        law(new Law.Exponential(5), 5, x -> 1 - Math.exp(-x / 5)),
        law(
            new Law.LogNormal(20, 80),
            20 * Math.exp(sigma * sigma / 2),
            x -> normalShare(Math.log(x / 20) / sigma)),
        law(new Law.Pareto(3, 2.5), 5, x -> x < 3 ? 0 : 1 - Math.pow(3 / x, 2.5)),
        law(
            new Law.TruncatedNormal(10, 10),
            10 + 10 * Math.exp(-0.5) / Math.sqrt(2 * Math.PI) / normalShare(1),
            x -> 1 - normalShare(-(x - 10) / 10) / normalShare(1)));
  }

  private static Arguments law(Law law, double mean, DoubleUnaryOperator share) {
    return Arguments.of(law, mean, share);
  }

  /** The standard normal distribution by integrating its density: Simpson's rule. */
  private static double normalShare(double z) {
    int steps = 2000;
    double width = z / steps;
    double sum = 0;
    for (int at = 0; at <= steps; at++) {
      double factor = at == 0 || at == steps ? 1 : at % 2 == 1 ? 4 : 2;
      double x = at * width;
      sum += factor * Math.exp(-x * x / 2);
    }
    return 0.5 + sum * width / 3 / Math.sqrt(2 * Math.PI);
  }

  @ParameterizedTest
  @MethodSource("laws")
  void drawsFollowTheirLaw(Law law, double mean, DoubleUnaryOperator share) {
    Quantiles quantiles = Quantiles.of(law);
    RandomStream random = new RandomStream(Seeds.SEED, "draws");
    double[] drawn = new double[DRAWS];
    Arrays.setAll(drawn, at -> quantiles.draw(random.nextLong()));
    Arrays.sort(drawn);
    double farthest = 0;
    // Each fiftieth: between two of them the distance grows by 0.0001 at most.
    for (int at = 0; at < DRAWS; at += 50) {
      double expected = share.applyAsDouble(drawn[at]);
      farthest = Math.max(farthest, Math.abs(expected - (at + 0.5) / DRAWS));
    }

    assertThat(quantiles.mean()).isCloseTo(mean, within(1e-9 * mean));
    // Kolmogorov-Smirnov: exceeded by chance once in 100 000 draws of as many.
    assertThat(farthest).as(Seeds.replay()).isLessThan(Math.sqrt(Math.log(2 / 1e-5) / 2 / DRAWS));
  }

  @Test
  void theTableIsExactAtItsPointsAndNearlySoBetween() {
    double sigma = Math.log(4) / 2.3263478740408408;
    Quantiles quantiles = Quantiles.of(new Law.LogNormal(20, 80));
    for (double p : new double[] {0.0001, 0.001, 0.01, 0.1234, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
      double exact = 20 * Math.exp(sigma * Normal.quantile(p));

      // Half a cell from the exact part a line is off by Δ²/8 of the curve: below 0.2 %.
      assertThat(quantiles.draw((long) (p * 0x1.0p53) << 11))
          .as("quantile %s", p)
          .isCloseTo(exact, within(0.002 * exact));
    }
  }

  @Test
  void aFixedLawIsAlwaysTheSame() {
    Quantiles fixed = Quantiles.of(new Law.Fixed(7));

    assertThat(Stream.of(0L, -1L, 1L << 63, 12345L << 40).map(fixed::draw)).containsOnly(7.0);
  }

  /** Percentiles of the normal distribution as tables have them. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.8413447460685429, 1",
    "0.975, 1.959963984540054",
    "0.99, 2.3263478740408408",
    "0.001, -3.090232306167813",
    "1e-12, -7.034483825301131",
  })
  void normalQuantiles(double p, double z) {
    assertThat(Normal.quantile(p)).isCloseTo(z, within(1e-12 * Math.max(1, Math.abs(z))));
    assertThat(Normal.share(z)).isCloseTo(p, within(1e-13));
  }
}
