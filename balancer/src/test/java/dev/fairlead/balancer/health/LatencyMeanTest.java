package dev.fairlead.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyMeanTest {
  private final LatencyMean mean = new LatencyMean();

  @ParameterizedTest
  @ValueSource(doubles = {1, 3, 1e3, 1.7e6, 1e9, 0x1p43})
  void equalSamplesHaveThatMean(double nanos) {
    for (int i = 0; i < 1000; i++) {
      mean.add(nanos);
    }
    assertThat(mean.take(1000) / nanos).isCloseTo(1, within(1.0 / 256));
    assertThat(mean.take(1)).isNaN();
  }

  @Test
  void itIsNearTheGeometricMean() {
    SplittableRandom random = new SplittableRandom(Seed.value());
    double logSum = 0;
    for (int i = 0; i < 10_000; i++) {
      double nanos = 1e6 * Math.exp(4 * random.nextDouble());
      logSum += Math.log(nanos);
      mean.add(nanos);
    }
    assertThat(mean.take(1) / Math.exp(logSum / 10_000))
        .as(Seed.replay())
        .isCloseTo(1, within(0.07));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e308})
  void whatIsNoLatencyIsNotAdded(double nanos) {
    assertThat(mean.add(nanos)).isFalse();
    assertThat(mean.count()).isZero();
  }

  @Test
  void tooFewSamplesAreTakenAndSayNothing() {
    mean.add(5);
    assertThat(mean.take(2)).isNaN();
    assertThat(mean.count()).isZero();
  }

  @Test
  void itIsFullBeforeItOverflows() {
    for (int i = 0; i < 1 << 24; i++) {
      mean.add(0x1p43);
    }
    assertThat(mean.take(1)).isEqualTo(0x1p43);
  }
}
