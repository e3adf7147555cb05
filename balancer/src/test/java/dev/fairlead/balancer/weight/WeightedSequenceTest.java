package dev.fairlead.balancer.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedSequenceTest {
  @Test
  void weightsOneTwoThreeAreExactOverSixPicks() {
    WeightedSequence sequence = WeightedSequence.of(new double[] {1, 2, 3}, 0);

    for (int period = 0; period < 100; period++) {
      assertThat(counts(sequence, 3, 6)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void equalWeightsComeInTurn() {
    WeightedSequence sequence = WeightedSequence.of(new double[] {4, 4, 4}, 0);

    assertThat(IntStream.range(0, 7).map(i -> sequence.next()))
        .containsExactly(0, 1, 2, 0, 1, 2, 0);
  }

  @Test
  void theHeaviestNeverWaitsLongerThanItsShareAsksFor() {
    WeightedSequence sequence = WeightedSequence.of(new double[] {1, 1, 2}, 0);
    int gap = 0;

    for (int pick = 0; pick < 1000; pick++) {
      gap = sequence.next() == 2 ? 0 : gap + 1;
      assertThat(gap).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void theWrapOfTheSequenceKeepsTheShares() {
    WeightedSequence sequence = WeightedSequence.of(new double[] {1, 2, 3}, Long.MAX_VALUE - 300);

    int[] counts = counts(sequence, 3, 600);

    // At the wrap one generation is cut short: at most one pick of each index is gained or lost.
    assertThat(counts[0]).isCloseTo(100, within(2));
    assertThat(counts[1]).isCloseTo(200, within(2));
    assertThat(counts[2]).isCloseTo(300, within(2));
  }

  @Test
  void aNegativeStartIsAsGoodAsAny() {
    assertThat(counts(WeightedSequence.of(new double[] {1, 1}, -7), 2, 100))
        .containsExactly(50, 50);
  }

  @Test
  void aWeightTooSmallForTheScaleStillGetsSomething() {
    // 1e-9 of the largest is scaled to 1 of 65 535.
    WeightedSequence sequence = WeightedSequence.of(new double[] {1, 1, 1e-9}, 0);

    int[] counts = counts(sequence, 3, 2 * StaticStride.LARGEST + 1);

    assertThat(counts[2]).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 12_345, Long.MAX_VALUE - 50})
  void veryUnevenWholeWeightsAreExactOverTheirSum(long start) {
    double[] weights = new double[100];
    Arrays.fill(weights, 1);
    weights[17] = 1000;
    WeightedSequence sequence = WeightedSequence.of(weights, start);

    assertThat(sequence).isInstanceOf(InterleavedTable.class);
    int[] counts = counts(sequence, 100, 10 * 1099);
    assertThat(counts[17]).isCloseTo(10_000, within(60));
    assertThat(Arrays.stream(counts).filter(count -> count == 0)).isEmpty();
  }

  @Test
  void lightIndexesAreSpreadBetweenTheHeavyOnes() {
    double[] weights = new double[100];
    Arrays.fill(weights, 1);
    weights[0] = 1000;
    WeightedSequence sequence = WeightedSequence.of(weights, 0);
    int inARow = 0;
    int longest = 0;

    for (int pick = 0; pick < 1099; pick++) {
      inARow = sequence.next() == 0 ? 0 : inARow + 1;
      longest = Math.max(longest, inARow);
    }

    assertThat(longest).isLessThanOrEqualTo(2);
  }

  @Test
  void unevenFractionsAreHonouredToOnePartIn65536() {
    double[] weights = new double[50];
    Arrays.fill(weights, 0.01);
    weights[3] = 7.77;
    double sum = 7.77 + 49 * 0.01;
    WeightedSequence sequence = WeightedSequence.of(weights, 0);

    int[] counts = counts(sequence, 50, 65_536);

    assertThat(counts[3] / 65_536.0).isCloseTo(7.77 / sum, within(1e-3));
    assertThat(counts[4] / 65_536.0).isCloseTo(0.01 / sum, within(2.0 / 65_536));
  }

  @Test
  void aWeightOfZeroIsNotForASequence() {
    assertThatThrownBy(() -> WeightedSequence.of(new double[] {1, 0}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0");
  }

  private static int[] counts(WeightedSequence sequence, int indexes, int picks) {
    int[] counts = new int[indexes];
    for (int pick = 0; pick < picks; pick++) {
      counts[sequence.next()]++;
    }
    return counts;
  }
}
