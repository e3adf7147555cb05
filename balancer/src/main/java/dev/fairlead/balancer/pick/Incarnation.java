package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.health.ActiveCheck;
import dev.fairlead.balancer.health.EndpointMonitor;
import dev.fairlead.balancer.health.Ramp;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import java.util.Optional;

/**
 * All that is learnt of an endpoint from when it is listed until it is not. One that comes back is
 * another.
 *
 * @param check empty where the policy has no active checks
 */
record Incarnation(
    EndpointStatistics statistics,
    EndpointMonitor monitor,
    Ramp ramp,
    Optional<ActiveCheck> check) {
  /** The same, under another policy of checks. */
  Incarnation with(Optional<ActiveCheck> check) {
    return new Incarnation(statistics, monitor, ramp, check);
  }
}
