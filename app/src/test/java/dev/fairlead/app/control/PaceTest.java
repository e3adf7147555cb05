package dev.fairlead.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void theFirstBeatComesAfterAPeriod() {
    Pace pace = new Pace(1000, 100);

    assertThat(pace.take(1000)).isFalse();
    assertThat(pace.until(1000)).isEqualTo(100);
    assertThat(pace.take(1099)).isFalse();
    assertThat(pace.take(1100)).isTrue();
    assertThat(pace.until(1100)).isEqualTo(100);
  }

  @Test
  void aLateBeatDoesNotShiftTheGrid() {
    Pace pace = new Pace(0, 100);

    assertThat(pace.take(130)).isTrue();
    assertThat(pace.until(130)).isEqualTo(70);
  }

  @Test
  void aPauseYieldsOneBeatNotABurst() {
    Pace pace = new Pace(0, 100);

    assertThat(pace.take(2050)).isTrue();
    assertThat(pace.take(2050)).isFalse();
    assertThat(pace.until(2050)).isEqualTo(50);
  }

  @Test
  void aClockThatWrapsAroundIsNoPause() {
    Pace pace = new Pace(Long.MAX_VALUE - 50, 100);

    assertThat(pace.take(Long.MAX_VALUE)).isFalse();
    assertThat(pace.take(Long.MAX_VALUE + 50)).isTrue();
    assertThat(pace.until(Long.MAX_VALUE + 50)).isEqualTo(100);
  }
}
