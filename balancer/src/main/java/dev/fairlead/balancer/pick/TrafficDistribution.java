package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.pick.LocalityPolicy.Scope;
import java.util.List;
import java.util.Optional;

/**
 * A Kubernetes Service's {@code spec.trafficDistribution} as a locality preference (KEP 4444, KEP
 * 3015). Kubernetes knows one cluster and falls back from the zone to anywhere; ours goes through
 * the region first, so that of imported endpoints the nearer ones come first. It is for endpoints
 * without hints: where there are hints, they were made from this very field.
 */
public enum TrafficDistribution {
  /** The older name of {@link #PREFER_SAME_ZONE}. */
  PREFER_CLOSE("PreferClose"),
  PREFER_SAME_ZONE("PreferSameZone"),
  /** The same node, then the same zone, then anywhere. */
  PREFER_SAME_NODE("PreferSameNode");

  private final String id;

  TrafficDistribution(String id) {
    this.id = id;
  }

  /** As the Service writes it. */
  public String id() {
    return id;
  }

  /** The field's value; empty for one that is not known, which Kubernetes asks to be ignored. */
  public static Optional<TrafficDistribution> of(String id) {
    for (TrafficDistribution each : values()) {
      if (each.id.equals(id)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** A preference only, so of locality mode {@code failover}. */
  public LocalityPolicy policy() {
    List<Scope> preference =
        switch (this) {
          case PREFER_CLOSE, PREFER_SAME_ZONE -> List.of(Scope.REGION, Scope.ZONE);
          case PREFER_SAME_NODE -> List.of(Scope.REGION, Scope.ZONE, Scope.NODE);
        };
    return new LocalityPolicy(LocalityPolicy.Mode.FAILOVER, preference);
  }
}
