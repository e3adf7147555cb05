package dev.fairlead.balancer.health;

import java.time.Duration;

/**
 * How a {@link ConcurrencyLimit} adapts.
 *
 * @param min the least limit, ≥ 1
 * @param max the greatest limit, ≥ min
 * @param initial the first limit, in [min, max]
 * @param window how often the limit changes, if there are enough samples, positive
 * @param measureInterval how often the latency without a queue is measured, at least window
 * @param buffer how much more latency, as a share, is no queue but chance, in [0, 10]
 */
public record AdaptiveConcurrency(
    int min, int max, int initial, Duration window, Duration measureInterval, double buffer) {
  /**
   * Bounds, window, interval and buffer as in Envoy's filter and its example; Netflix's initial.
   */
  public static final AdaptiveConcurrency DEFAULT =
      new AdaptiveConcurrency(3, 1000, 20, Duration.ofMillis(100), Duration.ofSeconds(60), 0.25);

  public AdaptiveConcurrency {
    Checks.atLeast("min", min, 1);
    Checks.atLeast("max", max, min);
    Checks.range("initial", initial, min, max);
    Checks.positive("window", window);
    Checks.positive("measureInterval", measureInterval);
    if (measureInterval.compareTo(window) < 0) {
      throw new IllegalArgumentException(
          "measureInterval " + measureInterval + " is shorter than window " + window);
    }
    Checks.range("buffer", buffer, 0, 10);
  }
}
