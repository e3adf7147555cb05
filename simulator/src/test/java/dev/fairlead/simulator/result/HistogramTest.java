package dev.fairlead.simulator.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.simulator.Seeds;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void quantilesAreGoodToAPercent() {
    Random random = new Random(Seeds.SEED);
    Histogram histogram = new Histogram();
    long[] values = new long[10_000];
    for (int at = 0; at < values.length; at++) {
      // From a microsecond to a quarter of an hour.
      values[at] = (long) (1100 * Math.exp(random.nextDouble() * Math.log(8e8)));
      histogram.record(values[at]);
    }
    Arrays.sort(values);

    assertThat(Histogram.RELATIVE_ERROR).isLessThan(0.01);
    for (double q : new double[] {0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
      double exact = values[Math.max(0, (int) Math.ceil(q * values.length) - 1)];
      assertThat(histogram.quantileNanos(q))
          .as("quantile %s, %s", q, Seeds.replay())
          .isCloseTo(exact, within(Histogram.RELATIVE_ERROR * exact));
    }
    assertThat(histogram.meanNanos())
        .isCloseTo(Arrays.stream(values).average().orElseThrow(), within(1.0));
  }

  @Test
  void itsEndsTakeWhatIsBeyond() {
    Histogram histogram = new Histogram();
    histogram.record(0);
    histogram.record(Long.MAX_VALUE);

    assertThat(histogram.count()).isEqualTo(2);
    assertThat(histogram.quantileNanos(0)).isLessThan(1024);
    assertThat(histogram.quantileNanos(1)).isGreaterThan(1e12);
  }

  @Test
  void anEmptyOneKnowsNothing() {
    Histogram histogram = new Histogram();
    histogram.record(5_000_000);
    histogram.clear();

    assertThat(histogram.quantileNanos(0.5)).isNaN();
    assertThat(histogram.meanNanos()).isNaN();
  }

  @Test
  void twoAddUp() {
    Histogram one = new Histogram();
    Histogram other = new Histogram();
    one.record(1_000_000);
    other.record(3_000_000);
    one.add(other);

    assertThat(one.count()).isEqualTo(2);
    assertThat(one.meanNanos()).isEqualTo(2_000_000);
  }
}
