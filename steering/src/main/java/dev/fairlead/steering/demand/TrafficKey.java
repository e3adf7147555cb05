package dev.fairlead.steering.demand;

import dev.fairlead.balancer.endpoint.ServiceName;

/**
 * Whose traffic is observed and planned: a service's, from one cluster, of one class. {@link
 * #ANY_CLASS} is the class-blind projection.
 */
public record TrafficKey(ServiceName service, String sourceCluster, int trafficClass) {
  public static final int ANY_CLASS = -1;

  /** Whether it stands for all classes together. */
  public boolean isWhole() {
    return trafficClass == ANY_CLASS;
  }

  /** The key of all classes of the same source together. */
  public TrafficKey whole() {
    return new TrafficKey(service, sourceCluster, ANY_CLASS);
  }
}
