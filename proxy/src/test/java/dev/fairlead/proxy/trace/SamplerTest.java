package dev.fairlead.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static long seed() {
    String given = System.getProperty("seed", "");
    return given.matches("-?\\d+") ? Long.parseLong(given) : 20261121;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.3, 1})
  void theRatioIsKept(double ratio) {
    Sampler sampler = new Sampler(true, ratio);
    long seed = seed();
    Random random = new Random(seed);
    int traces = 100_000;
    int sampled = 0;
    for (int i = 0; i < traces; i++) {
      sampled += sampler.samples(random.nextLong(), -1) ? 1 : 0;
    }
    // Five standard deviations of a binomial count.
    double bound = 5 * Math.sqrt(traces * ratio * (1 - ratio));
    assertThat((double) sampled)
        .as("seed %d", seed)
        .isBetween(traces * ratio - bound, traces * ratio + bound);
  }

  @Test
  void theTraceIdAloneDecides() {
    Sampler half = new Sampler(true, 0.5);
    assertThat(half.samples(0xab00_0000_0000_0000L, -1)).isTrue();
    assertThat(half.samples(0x017f_ffff_ffff_ffffL, -1)).isTrue();
    assertThat(half.samples(0x0080_0000_0000_0000L, -1)).isFalse();
  }

  @Test
  void aTraceFromElsewhereIsSampledAsItsSenderSaysIfThatCounts() {
    assertThat(new Sampler(true, 0).samples(0, -1, true)).isTrue();
    assertThat(new Sampler(true, 1).samples(0, -1, false)).isFalse();
    assertThat(new Sampler(false, 0).samples(0, -1, true)).isFalse();
    assertThat(new Sampler(false, 1).samples(0, -1, false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void aRatioIsOne(double ratio) {
    assertThatThrownBy(() -> new Sampler(true, ratio)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aListenersOwnRatioStandsInPlaceOfTheRest() {
    assertThat(new Sampler(true, 0).samples(0, 1)).isTrue();
    assertThat(new Sampler(true, 1).samples(0, 0)).isFalse();
    assertThat(new Sampler(false, 1).samples(0, 0, true)).isFalse();
    // Whoever began the trace has said it, where his word counts.
    assertThat(new Sampler(true, 1).samples(0, 0, true)).isTrue();
  }
}
