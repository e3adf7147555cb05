package dev.fairlead.balancer.report;

import dev.fairlead.balancer.endpoint.ServiceName;
import java.util.List;

/**
 * What one balancer has seen until {@code nanos} of its ticker: a row for each cluster and class.
 */
public record Report(ServiceName service, long nanos, List<DestinationReport> destinations) {
  public Report {
    destinations = List.copyOf(destinations);
  }
}
