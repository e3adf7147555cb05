package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Labels;

/**
 * What a pick may depend on. The caller's own reused object; never kept by the balancer. Where the
 * caller itself stands is the balancer's configuration, not the request's.
 */
public interface Request {
  /** A request about which nothing is known. */
  Request ANY = new Request() {};

  /** Whether {@link #affinity()} means anything; a request without a key falls back to p2c. */
  default boolean hasAffinity() {
    return false;
  }

  /** Hash of the affinity key. */
  default long affinity() {
    return 0;
  }

  /**
   * {@link Endpoint#sessionId()} of the endpoint that the request should go to as long as that is
   * fit for requests; 0 for none.
   */
  default long session() {
    return 0;
  }

  /** Priority class, 0 the lowest … 7 the highest. */
  default int trafficClass() {
    return 3;
  }

  /** Labels that an endpoint must have; {@link Labels#NONE} for any endpoint. */
  default Labels subset() {
    return Labels.NONE;
  }

  /** Whether an earlier attempt of this request already went to {@code cluster}. */
  default boolean triedIn(String cluster) {
    return false;
  }

  /** Whether an earlier attempt of this request already went to {@code endpoint}. */
  default boolean tried(Endpoint endpoint) {
    return false;
  }
}
