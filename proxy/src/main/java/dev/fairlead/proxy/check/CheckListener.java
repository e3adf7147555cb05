package dev.fairlead.proxy.check;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;

/** Told of what checks find out, on the event loop that sends them. Must not block. */
@FunctionalInterface
public interface CheckListener {
  /**
   * An endpoint is kept from requests, or is no more.
   *
   * @param why it is, for people; empty if it is not
   */
  void healthChanged(ServiceName service, Endpoint endpoint, boolean healthy, String why);
}
