package dev.fairlead.balancer.health;

import java.time.Duration;

/**
 * How the share of a new endpoint grows. The curve is Envoy's slow start: factor = max(min,
 * (t/window)^(1/aggression)), 1 from t = window on; t runs faster or slower by what latency shows,
 * see {@link Ramp}.
 *
 * @param window ≥ 0; 0: no warm-up
 * @param aggression 1: linear; above 1 the share grows fast at first, below 1 at last; in [0.01,
 *     100]
 * @param min the least factor, in (0, 1]: who gets no requests never gets warm
 */
public record WarmUp(Duration window, double aggression, double min) {
  /** Envoy's aggression and least weight; the window is what a JVM's compiler needs. */
  public static final WarmUp DEFAULT = new WarmUp(Duration.ofSeconds(30), 1, 0.1);

  public static final WarmUp OFF = new WarmUp(Duration.ZERO, 1, 1);

  public WarmUp {
    Checks.notNegative("window", window);
    Checks.range("aggression", aggression, 0.01, 100);
    Checks.range("min", min, Double.MIN_NORMAL, 1);
  }

  /**
   * The factor of an endpoint's weight after a warm-up of {@code nanos}: in [min, 1].
   *
   * @param nanos ≥ 0
   */
  public double factor(double nanos) {
    double part = nanos / window.toNanos(); // NaN or infinite where the window is 0.
    return part < 1 ? Math.max(min, Math.pow(part, 1 / aggression)) : 1;
  }
}
