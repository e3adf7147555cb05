package dev.fairlead.route;

import java.util.Optional;

/**
 * How a service is treated by whoever leads requests to it, whatever route they come by.
 *
 * @param probe how its endpoints are asked for their load; empty: not at all
 * @param answersProbes whether those who ask the service for its load are answered in its stead
 * @param connections to its endpoints
 * @param hedging of its requests; empty: none
 */
public record Treatment(
    Optional<LoadProbe> probe,
    boolean answersProbes,
    ConnectionLimits connections,
    Optional<Hedging> hedging) {
  public static final Treatment DEFAULT =
      new Treatment(Optional.empty(), false, ConnectionLimits.NONE, Optional.empty());

  /** The same but for this. */
  public Treatment with(ConnectionLimits other) {
    return new Treatment(probe, answersProbes, other, hedging);
  }

  /** The same but for this. */
  public Treatment with(Hedging other) {
    return new Treatment(probe, answersProbes, connections, Optional.of(other));
  }
}
