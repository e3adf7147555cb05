package dev.fairlead.simulator.scenario;

import dev.fairlead.balancer.report.ClusterCounters;
import java.util.List;
import java.util.Optional;

/**
 * Requests from outside.
 *
 * @param service that they call
 * @param trafficClass 0 the lowest … 7 the highest
 * @param shape by which the rate is multiplied as time goes on; users' think time is divided by it
 * @param keys affinity keys of the requests; empty: they have none
 */
public record Traffic(
    Origin from,
    String service,
    int trafficClass,
    Arrivals arrivals,
    Shape shape,
    Optional<Keys> keys) {
  public static final int DEFAULT_CLASS = ClusterCounters.DEFAULT_CLASS;

  public Traffic {
    Check.range("class", trafficClass, 0, ClusterCounters.CLASSES - 1);
  }

  /** Steady traffic of the default class, without keys. */
  public Traffic(String cluster, String service, Arrivals arrivals) {
    this(
        new At(cluster, ""),
        service,
        DEFAULT_CLASS,
        arrivals,
        new Shape.Steady(),
        Optional.empty());
  }

  /** Where requests enter. */
  public sealed interface Origin {}

  /** One cluster; an empty zone is its first. */
  public record At(String cluster, String zone) implements Origin {}

  /**
   * Users all over the map, who enter at the cluster that is nearest to them. Clusters without a
   * position are no choice; what it takes from the user to the cluster does not count.
   *
   * @param centres at least one
   */
  public record Spread(List<Centre> centres) implements Origin {
    public Spread {
      centres = List.copyOf(centres);
      if (centres.isEmpty()) {
        throw new IllegalArgumentException("users need at least one centre");
      }
    }
  }

  /**
   * A place around which users live, normally distributed.
   *
   * @param share of the users, positive; only the ratio to the others counts
   * @param deviation in each direction, in the map's unit, ≥ 0
   */
  public record Centre(Cluster.Position position, double share, double deviation) {
    public Centre {
      Check.positive("share", share);
      Check.notNegative("deviation", deviation);
    }
  }

  /**
   * Which affinity keys requests have.
   *
   * @param distinct how many there are, 1…1 000 000
   * @param skew the k-th most frequent comes in proportion to k^−skew (Zipf); 0: all alike, at most
   *     3
   */
  public record Keys(int distinct, double skew) {
    public Keys {
      Check.range("distinct", distinct, 1, 1_000_000);
      Check.notNegative("skew", skew);
      if (skew > 3) {
        throw new IllegalArgumentException("skew " + skew + " is above 3");
      }
    }
  }
}
