package dev.fairlead.route;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * When a request that is not answered is sent to a second endpoint too, while the first goes on
 * (Dean, Barroso, "The Tail at Scale", 2013).
 *
 * @param delay from the first attempt on, not negative; with a quantile the least
 * @param quantile of the service's own times to the answer, 0…1 without its ends, after which it is
 *     sent; empty: after the delay
 * @param anyMethod whether requests are too that are not idempotent
 */
public record Hedging(Duration delay, OptionalDouble quantile, boolean anyMethod) {
  public Hedging {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay " + delay + " is negative");
    }
    if (quantile.isPresent() && !(quantile.getAsDouble() > 0 && quantile.getAsDouble() < 1)) {
      throw new IllegalArgumentException("quantile " + quantile + " is outside 0…1");
    }
  }
}
