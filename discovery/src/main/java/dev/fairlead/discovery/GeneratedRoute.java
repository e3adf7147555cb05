package dev.fairlead.discovery;

import dev.fairlead.balancer.endpoint.ServiceName;
import java.util.List;

/**
 * A mesh's route that is to be there for a service which has none, so that there are weights to
 * lead.
 *
 * @param objective the name of the TrafficObjective that asks for it, of the service's namespace
 * @param kind HTTPRoute or GRPCRoute
 * @param backends at least two, all of the service's namespace
 */
public record GeneratedRoute(
    ServiceName service, String objective, String kind, List<Backend> backends) {

  /**
   * A Service to split among, and its share before anything is planned.
   *
   * @param weight 0…1 000 000; not all are 0
   */
  public record Backend(String name, int port, int weight) {}

  public GeneratedRoute {
    backends = List.copyOf(backends);
  }
}
