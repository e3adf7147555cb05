package dev.fairlead.balancer.report;

import dev.fairlead.balancer.endpoint.ServiceName;
import java.util.List;

/**
 * What one balancer has seen until {@code nanos} of its ticker: a row for each cluster and class.
 *
 * @param shed requests that the plan turned away so far, by class from 0 on; they are in no row. A
 *     class that the list has not has none
 */
public record Report(
    ServiceName service, long nanos, List<DestinationReport> destinations, List<Long> shed) {
  public Report {
    destinations = List.copyOf(destinations);
    shed = List.copyOf(shed);
  }

  /** Where nothing was turned away. */
  public Report(ServiceName service, long nanos, List<DestinationReport> destinations) {
    this(service, nanos, destinations, List.of());
  }
}
