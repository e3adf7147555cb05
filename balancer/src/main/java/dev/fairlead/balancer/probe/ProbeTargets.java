package dev.fairlead.balancer.probe;

import dev.fairlead.balancer.endpoint.Endpoint;

/**
 * The endpoints that one pool of probes is about, by index, and what the balancer itself knows of
 * them. Safe for any thread; reading changes nothing.
 */
public interface ProbeTargets {
  /** At least 1, and always the same. */
  int count();

  Endpoint endpoint(int target);

  /** Whether a request of which nothing is known may go there: what may not is not probed. */
  boolean usable(int target, long now);

  /** Requests in flight there from this caller: a server that says fewer is wrong or lies. */
  int inFlight(int target);

  /** What failures there are expected to cost over the latency, nanoseconds; 0 without failures. */
  double failureNanos(int target, long now);
}
