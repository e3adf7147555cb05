package dev.fairlead.steering.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OscillationTest {
  private static final Map<String, Double> HALF = Map.of("a", 0.5, "b", 0.5);
  private static final Map<String, Double> MOST = Map.of("a", 0.6, "b", 0.4);
  private final Oscillation oscillation = new Oscillation();

  @Test
  void oneWayIsNone() {
    assertThat(oscillation.after(0, HALF, MOST)).isZero();
    assertThat(oscillation.after(1, MOST, Map.of("a", 1.0))).isCloseTo(0, within(1e-12));
  }

  @Test
  void toAndFroIsTheWholeWay() {
    oscillation.after(0, HALF, MOST);
    // 0.2 there and 0.2 back, nothing net.
    assertThat(oscillation.after(1, MOST, HALF)).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void anHourLaterItIsForgotten() {
    oscillation.after(0, HALF, MOST);
    oscillation.after(1, MOST, HALF);
    assertThat(oscillation.after(3_599_000_000_000L, HALF, HALF)).isCloseTo(0.4, within(1e-12));
    assertThat(oscillation.after(3_661_000_000_000L, HALF, HALF)).isZero();
  }
}
