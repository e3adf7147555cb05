package dev.fairlead.simulator.scenario;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A cluster, which is where requests come from and where pods are.
 *
 * @param region non-empty
 * @param zones at least one, none twice; pods and traffic that name none are in the first
 * @param position on the map that {@link Traffic.Spread} uses
 */
public record Cluster(String name, String region, List<String> zones, Optional<Position> position) {
  public Cluster {
    zones = List.copyOf(zones);
    if (name.isEmpty() || region.isEmpty()) {
      throw new IllegalArgumentException("a cluster needs a name and a region");
    }
    if (zones.isEmpty() || new HashSet<>(zones).size() != zones.size()) {
      throw new IllegalArgumentException("a cluster needs at least one zone and none twice");
    }
  }

  /** A cluster of one zone, called as its region with an {@code a}. */
  public Cluster(String name, String region) {
    this(name, region, List.of(region + "a"), Optional.empty());
  }

  /** A point on a flat map, in any unit. */
  public record Position(double x, double y) {
    public Position {
      if (!Double.isFinite(x) || !Double.isFinite(y)) {
        throw new IllegalArgumentException("position " + x + ", " + y + " is not on a map");
      }
    }
  }

  /** Where something in {@code zone} is; an empty zone is the first. */
  public Place place(String zone) {
    return new Place(name, locality(zone), "", "");
  }

  public Locality locality(String zone) {
    return new Locality(region, zone.isEmpty() ? zones.get(0) : zone, "");
  }
}
