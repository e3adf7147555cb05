package dev.fairlead.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.route.Hedging;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HedgeDelayTest {
  private static final long MS = 1_000_000;
  private static final long SEED = Long.getLong("seed", 11);

  private static HedgeDelay of(long delayMillis, OptionalDouble quantile) {
    return new HedgeDelay(new Hedging(Duration.ofMillis(delayMillis), quantile, false));
  }

  @Test
  void withoutAQuantileItIsTheDelay() {
    HedgeDelay delay = of(30, OptionalDouble.empty());
    delay.sample(500 * MS);
    assertThat(delay.nanos()).isEqualTo(30 * MS);
  }

  @Test
  void untilEnoughIsKnownNothingIsSentTwice() {
    HedgeDelay delay = of(0, OptionalDouble.of(0.9));
    for (int i = 0; i < HedgeDelay.ENOUGH - 1; i++) {
      delay.sample(MS);
      assertThat(delay.nanos()).isEqualTo(HedgeDelay.LONGEST_NANOS);
    }
    delay.sample(MS);
    assertThat(delay.nanos()).isLessThan(2 * MS);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9, 0.95, 0.99})
  void itSettlesWhereThePartThatIsLongerIsWhatWasAskedFor(double quantile) {
    SplittableRandom random = new SplittableRandom(SEED);
    HedgeDelay delay = of(0, OptionalDouble.of(quantile));
    for (int scale : new int[] {100, 10, 1000}) {
      for (int i = 0; i < 5_000; i++) {
        delay.sample((long) (random.nextDouble() * scale * MS));
      }
      int longer = 0;
      for (int i = 0; i < 20_000; i++) {
        long nanos = (long) (random.nextDouble() * scale * MS);
        longer += nanos > delay.nanos() ? 1 : 0;
        delay.sample(nanos);
      }
      // By 4σ of as many independent draws, and as much again as the estimate itself moves.
      double deviation = Math.sqrt(quantile * (1 - quantile) / 20_000);
      assertThat(longer / 20_000.0)
          .as("seed %d, scale %d", SEED, scale)
          .isBetween(1 - quantile - 8 * deviation, 1 - quantile + 8 * deviation);
    }
  }

  @Test
  void itIsNeverBelowTheDelay() {
    HedgeDelay delay = of(20, OptionalDouble.of(0.9));
    for (int i = 0; i < 1000; i++) {
      delay.sample(MS);
    }
    assertThat(delay.nanos()).isEqualTo(20 * MS);
  }
}
