package dev.fairlead.simulator.scenario;

import java.time.Duration;

/**
 * How clusters and the broker exchange reports and plans.
 *
 * @param interval at which a cluster reports
 * @param delay of a report to the broker, and of a plan back
 */
public record Exchange(Duration interval, Duration delay) {
  public static final Exchange DEFAULT = new Exchange(Duration.ofSeconds(5), Duration.ofMillis(50));

  public Exchange {
    Check.positive("interval", interval);
    Check.notNegative("delay", delay);
  }
}
