package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.ServiceName;

/** Whose traffic a plan is for. {@link #ANY_CLASS} is the class-blind projection. */
public record PlanKey(ServiceName service, String sourceCluster, int trafficClass) {
  public static final int ANY_CLASS = -1;
}
