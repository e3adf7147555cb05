package dev.fairlead.balancer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import java.util.Arrays;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
  @Test
  void aBucketsMidpointIsWithinTheRelativeErrorOfEachValueInIt() {
    for (double value = 1024; value < 137e9; value *= 1.001) {
      double midpoint = LatencyHistogram.midpointNanos(LatencyHistogram.bucketOf((long) value));
      assertThat(midpoint)
          .isCloseTo((long) value, within(LatencyHistogram.RELATIVE_ERROR * (long) value));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 1023})
  void whatIsBelowAMicrosecondFallsIntoTheFirstBucket(long nanos) {
    assertThat(LatencyHistogram.bucketOf(nanos)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 37, Long.MAX_VALUE})
  void whatIsAbove137SecondsFallsIntoTheLastBucket(long nanos) {
    assertThat(LatencyHistogram.bucketOf(nanos)).isEqualTo(LatencyHistogram.BUCKETS - 1);
  }

  @Test
  void quantilesAgreeWithSortedSamples() {
    RandomSource random = Seed.source();
    LatencyHistogram histogram = new LatencyHistogram();
    long[] samples = new long[10_001];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (long) (1e6 * Math.exp(4 * random.nextDouble()));
      histogram.record(samples[i]);
    }
    Arrays.sort(samples);

    for (double q : new double[] {0, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = samples[Math.max(1, (int) Math.ceil(q * samples.length)) - 1];
      assertThat(histogram.snapshot().quantileNanos(q))
          .as("quantile %s, %s", q, Seed.replay())
          .isCloseTo(exact, Percentage.withPercentage(100 * LatencyHistogram.RELATIVE_ERROR));
    }
    assertThat(histogram.snapshot().meanNanos())
        .isCloseTo(Arrays.stream(samples).average().orElseThrow(), within(1.0));
  }

  @Test
  void mergingIsRecordingInOneAndTheDifferenceGivesBackTheOther() {
    LatencyHistogram one = new LatencyHistogram();
    LatencyHistogram other = new LatencyHistogram();
    LatencyHistogram both = new LatencyHistogram();
    for (long nanos = 1000; nanos < 1_000_000_000; nanos *= 3) {
      one.record(nanos);
      both.record(nanos);
      other.record(nanos * 2);
      both.record(nanos * 2);
    }

    LatencySnapshot merged = one.snapshot().plus(other.snapshot());

    assertThat(merged.count()).isEqualTo(both.snapshot().count());
    assertThat(merged.sumNanos()).isEqualTo(both.snapshot().sumNanos());
    LatencySnapshot back = merged.since(one.snapshot());
    for (double q = 0; q <= 1; q += 0.05) {
      assertThat(merged.quantileNanos(q)).isEqualTo(both.snapshot().quantileNanos(q));
      assertThat(back.quantileNanos(q)).isEqualTo(other.snapshot().quantileNanos(q));
    }
  }

  @Test
  void withoutSamplesNothingIsKnown() {
    assertThat(LatencySnapshot.EMPTY.quantileNanos(0.5)).isNaN();
    assertThat(LatencySnapshot.EMPTY.meanNanos()).isNaN();
    assertThatThrownBy(() -> LatencySnapshot.EMPTY.quantileNanos(1.1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
