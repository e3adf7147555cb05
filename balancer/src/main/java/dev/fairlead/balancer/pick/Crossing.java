package dev.fairlead.balancer.pick;

import java.time.Duration;

/**
 * What it takes to go to another cluster, for spill by load.
 *
 * @param roundTrip to it and back; zero where unknown: measured latencies have it in them
 * @param price of the way, as the time that the operator would give to save it
 */
public record Crossing(Duration roundTrip, Duration price) {
  public static final Crossing FREE = new Crossing(Duration.ZERO, Duration.ZERO);

  public Crossing {
    if (roundTrip.isNegative() || price.isNegative()) {
      throw new IllegalArgumentException("roundTrip and price must not be negative");
    }
  }
}
