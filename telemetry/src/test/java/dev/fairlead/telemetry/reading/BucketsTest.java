package dev.fairlead.telemetry.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketsTest {
  private static Buckets of(Object... pairs) {
    Buckets buckets = new Buckets();
    for (int at = 0; at < pairs.length; at += 2) {
      assertThat(buckets.add((String) pairs[at], (double) pairs[at + 1])).isTrue();
    }
    return buckets;
  }

  @Test
  void aPercentileLiesOnTheLineThroughItsBucket() {
    Buckets buckets = of("10", 20.0, "50", 100.0, "100", 100.0, "+Inf", 100.0);

    assertThat(buckets.quantile(0.6)).isEqualTo(new Buckets.Quantile(30, 40));
    assertThat(buckets.quantile(0.1)).isEqualTo(new Buckets.Quantile(5, 10));
    assertThat(buckets.total()).isEqualTo(100);
  }

  @Test
  void bothSpellingsOfABoundAreOne() {
    Buckets buckets = of("1", 5.0, "1.0", 5.0, "+Inf", 10.0);

    assertThat(buckets.quantile(0.5).value()).isEqualTo(0.5);
  }

  @Test
  void beyondTheLastBoundItIsAtLeastThat() {
    Buckets buckets = of("10", 0.0, "50", 10.0, "+Inf", 100.0);

    assertThat(buckets.quantile(0.99))
        .isEqualTo(new Buckets.Quantile(50, Double.POSITIVE_INFINITY));
  }

  @Test
  void nothingCountedIsNoPercentile() {
    assertThat(of("10", 0.0, "+Inf", 0.0).quantile(0.5)).isEqualTo(Buckets.Quantile.UNKNOWN);
    assertThat(new Buckets().quantile(0.5)).isEqualTo(Buckets.Quantile.UNKNOWN);
    assertThat(of("+Inf", 5.0).quantile(0.5)).isEqualTo(Buckets.Quantile.UNKNOWN);
    // Without all of them nobody knows which share a bucket is.
    assertThat(of("10", 5.0).quantile(0.5)).isEqualTo(Buckets.Quantile.UNKNOWN);
  }

  @Test
  void proxiesWithOtherBoundsMakeSumsThatSink() {
    // The one has bounds 2, 10, 100 and 100 requests up to 2; the other 10, 100 and ten up to 100.
    Buckets buckets = of("2", 100.0, "10", 99.0, "100", 110.0, "+Inf", 110.0);

    assertThat(buckets.quantile(0.5).value()).isBetween(0.0, 2.0);
    assertThat(buckets.quantile(0.99).value()).isBetween(10.0, 100.0);
  }

  @Test
  void whatIsNoBucketIsRefused() {
    Buckets buckets = new Buckets();

    assertThat(buckets.add("", 1)).isFalse();
    assertThat(buckets.add("ten", 1)).isFalse();
    assertThat(buckets.add("NaN", 1)).isFalse();
    assertThat(buckets.add("-1", 1)).isFalse();
    assertThat(buckets.add("1", -1)).isFalse();
    assertThat(buckets.add("1", Double.NaN)).isFalse();
    assertThat(buckets.add("1", Double.POSITIVE_INFINITY)).isFalse();
    for (int at = 0; at < Buckets.MOST; at++) {
      assertThat(buckets.add("" + at, 1)).isTrue();
    }
    assertThat(buckets.add("100000", 1)).isFalse();
  }

  @Test
  void whateverIsInThemPercentilesAreWithinTheirBucketAndInOrder() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      Buckets buckets = new Buckets();
      double bound = 0;
      double upTo = 0;
      for (int at = 0; at < 12; at++) {
        bound += 0.001 + random.nextDouble() * 50;
        upTo += random.nextInt(3) * random.nextDouble() - (random.nextInt(9) == 0 ? 0.1 : 0);
        buckets.add(Double.toString(bound), upTo);
      }
      buckets.add("+Inf", upTo + random.nextInt(2));
      double before = 0;
      for (double q : new double[] {0.01, 0.5, 0.9, 0.99}) {
        double value = buckets.quantile(q).value();
        if (!Double.isNaN(value)) {
          assertThat(value)
              .as("-Dseed=%d, round %d", seed, round)
              .isBetween(before - 1e-9, bound + 1e-9);
          before = value;
        }
      }
    }
  }

  @Test
  void aFineHistogramHasThePercentilesOfWhatItCounted() {
    Buckets buckets = new Buckets();
    for (int bound = 1; bound <= 400; bound++) {
      buckets.add(Integer.toString(bound), Math.min(bound, 200));
    }
    buckets.add("+Inf", 200);

    assertThat(buckets.quantile(0.5).value()).isCloseTo(100, within(1.0));
    assertThat(buckets.quantile(0.99).value()).isCloseTo(198, within(1.0));
  }
}
