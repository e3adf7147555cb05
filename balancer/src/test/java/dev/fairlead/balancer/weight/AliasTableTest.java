package dev.fairlead.balancer.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AliasTableTest {
  private static final int DRAWS = 200_000;

  static Stream<double[]> weights() {
    double[] geometric = new double[40];
    Arrays.setAll(geometric, i -> Math.pow(0.7, i));
    double[] thirds = new double[30];
    Arrays.setAll(thirds, i -> i % 3 == 0 ? 1.0 / 3 : 0);
    return Stream.of(
        new double[] {1},
        new double[] {1, 2, 3},
        new double[] {0, 1, 0},
        new double[] {1e-6, 1e6},
        geometric,
        thirds);
  }

  @ParameterizedTest
  @MethodSource("weights")
  void drawsInProportionToTheWeights(double[] weights) {
    AliasTable table = new AliasTable(weights);
    RandomSource random = Seed.source();
    double sum = Arrays.stream(weights).sum();
    int[] counts = new int[weights.length];

    for (int draw = 0; draw < DRAWS; draw++) {
      counts[table.draw(random)]++;
    }

    for (int i = 0; i < weights.length; i++) {
      double p = weights[i] / sum;
      // Five standard deviations of a binomial share, and one draw for what is nearly 0.
      double bound = 5 * Math.sqrt(p * (1 - p) / DRAWS) + (p > 0 ? 1.0 / DRAWS : 0);
      assertThat((double) counts[i] / DRAWS).as(Seed.replay()).isCloseTo(p, within(bound));
    }
  }

  @Test
  void weightsThatAreAllZeroAreRefused() {
    assertThatThrownBy(() -> new AliasTable(new double[] {0, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0");
  }
}
