package dev.fairlead.route;

/**
 * How many connections to each endpoint of a service a process opens for requests, and how many
 * requests may wait for one. Event loops share nothing, so each has its part, and at least one.
 *
 * @param perEndpoint at least 1; {@link Integer#MAX_VALUE} for any number
 * @param pendingPerEndpoint at least 1; {@link Integer#MAX_VALUE} for the process's general limit
 */
public record ConnectionLimits(int perEndpoint, int pendingPerEndpoint) {
  public static final ConnectionLimits NONE =
      new ConnectionLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

  public ConnectionLimits {
    if (perEndpoint < 1 || pendingPerEndpoint < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }
}
