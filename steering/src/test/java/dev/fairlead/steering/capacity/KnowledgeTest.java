package dev.fairlead.steering.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KnowledgeTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double MILLI = 1e6;

  private static Knowledge.Settled settled(double load, double millis, double seconds, long at) {
    double nanos = millis * MILLI;
    return new Knowledge.Settled(
        load, nanos, 0.4 * nanos * nanos, load * seconds, seconds, at * SECOND);
  }

  @Test
  void aShortLookDoesNotOutweighWhatWasMeasured() {
    // Slow for a while: what was measured before is the normal, and nothing is known of now.
    Knowledge before =
        new Knowledge(
            LoadProfile.EMPTY.with(settled(400, 24, 5, 1).bucket(1), 5),
            Pace.NORMAL,
            new Measured(500, 20, 60 * SECOND),
            Measured.UNKNOWN);
    // A hundredth of a second: five requests.
    Knowledge after = before.full(new Measured(480, 230, 62 * SECOND));
    assertThat(after.current().rps()).isCloseTo(500, within(2.0));
    assertThat(after.current().deviation()).isLessThan(30);
    assertThat(after.normal()).isEqualTo(after.current());
  }

  @Test
  void aKneeIsNoSurerThanTheLoadThatShowedIt() {
    Knowledge calm = Knowledge.NONE.settled(settled(100, 20, 5, 5));
    Measured brief = calm.settled(settled(180, 45, 0.6, 6)).current();
    Measured lasting = calm.settled(settled(180, 45, 60, 66)).current();
    assertThat(brief.isKnown()).isTrue();
    assertThat(brief.deviation()).isGreaterThan(180 / Math.sqrt(180 * 0.6) * 0.99);
    assertThat(lasting.deviation()).isLessThan(brief.deviation() / 2);
  }
}
