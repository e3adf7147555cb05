package dev.fairlead.app.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.report.LatencyHistogram;
import dev.fairlead.balancer.report.LatencySnapshot;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import org.junit.jupiter.api.Test;

class HistogramsTest {
  @Test
  void everySampleIsInTheBucketThatItBelongsTo() {
    LatencyHistogram histogram = new LatencyHistogram();
    long[] millis = {0, 2, 2, 30, 700, 700, 700, 100_000};
    for (long each : millis) {
      histogram.record(each * 1_000_000);
    }
    LatencySnapshot snapshot = histogram.snapshot();

    assertThat(snapshot.countAtMost(1e6)).isEqualTo(1);
    assertThat(snapshot.countAtMost(5e6)).isEqualTo(3);
    assertThat(snapshot.countAtMost(100e6)).isEqualTo(4);
    assertThat(snapshot.countAtMost(1e9)).isEqualTo(7);
    assertThat(snapshot.countAtMost(1e12)).isEqualTo(8);
    ClassicHistogramBuckets buckets = Histograms.of(snapshot);
    assertThat(buckets.stream().mapToLong(bucket -> bucket.getCount()).sum())
        .isEqualTo(millis.length);
    assertThat(buckets.getCount(buckets.size() - 1)).isEqualTo(1);
  }

  @Test
  void nothingIsNowhere() {
    assertThat(Histograms.of(LatencySnapshot.EMPTY).stream()).allMatch(b -> b.getCount() == 0);
  }
}
