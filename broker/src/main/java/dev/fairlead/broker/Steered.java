package dev.fairlead.broker;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Objective;
import java.util.Set;

/**
 * Services that are steered together by one controller: one service, or those of a call graph.
 *
 * @param name unique among all that are steered
 */
public record Steered(String name, Set<ServiceName> services, Objective objective) {
  public Steered {
    services = Set.copyOf(services);
    if (services.isEmpty()) {
      throw new IllegalArgumentException("'" + name + "' steers no service");
    }
  }

  public static Steered of(ServiceName service, Objective objective) {
    return new Steered(service.toString(), Set.of(service), objective);
  }
}
