package dev.fairlead.telemetry.prometheus;

import java.time.Duration;

/** Who answers queries in PromQL: a server, or a test. One thread at a time. */
@FunctionalInterface
public interface Queries {
  /**
   * The value of an expression at one moment.
   *
   * @param atSeconds the moment by the server's clock, since 1970; NaN: now by that clock
   * @param most how long the answer may take, above 0
   * @throws PrometheusException where there is no answer that can be believed
   */
  Answer ask(String promql, double atSeconds, Duration most);
}
