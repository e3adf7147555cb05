package dev.fairlead.balancer.health;

/**
 * Fixed limits on requests in flight.
 *
 * @param perEndpoint on one endpoint, ≥ 1
 * @param perService on all endpoints of the service together, ≥ 1
 */
public record RequestLimits(int perEndpoint, int perService) {
  public static final RequestLimits NONE = new RequestLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

  public RequestLimits {
    Checks.atLeast("perEndpoint", perEndpoint, 1);
    Checks.atLeast("perService", perService, 1);
  }

  /** Whether an endpoint with so many in flight may get one more. */
  public boolean admitsToEndpoint(int inFlight) {
    return inFlight < perEndpoint;
  }
}
