package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.locality.LocalityPattern;
import java.util.List;

/**
 * How endpoints are narrowed by where they are: those in clusters to which no plan gives a share.
 *
 * @param preference scopes in order of importance; empty: all endpoints are equally near
 * @param distribution in mode {@code weighted}, and only there: the share of each group of
 *     localities. An endpoint belongs to the first that it matches; one that matches none gets
 *     nothing while another can be used
 */
public record LocalityPolicy(
    Mode mode, List<Scope> preference, List<Portion> distribution, Spill spill) {
  public static final LocalityPolicy DEFAULT =
      new LocalityPolicy(Mode.FAILOVER, List.of(Scope.REGION, Scope.ZONE));

  public LocalityPolicy {
    preference = List.copyOf(preference);
    distribution = List.copyOf(distribution);
    if ((mode == Mode.WEIGHTED) == distribution.isEmpty()) {
      throw new IllegalArgumentException(
          "a distribution is what mode weighted needs and no other mode has");
    }
    if (mode == Mode.WEIGHTED && distribution.stream().allMatch(each -> each.weight() == 0)) {
      throw new IllegalArgumentException("all weights of the distribution are 0");
    }
  }

  public LocalityPolicy(Mode mode, List<Scope> preference) {
    this(mode, preference, List.of(), Spill.DEFAULT);
  }

  /**
   * How far {@code place} is from {@code caller}: 0 the nearest. It counts down from the best rank,
   * the rank being the number of leading scopes that match; an empty part equals an empty one.
   * Where {@code NETWORK} comes first, its match outranks all other scopes together, and a mismatch
   * goes on with them, as ztunnel does: [NETWORK, REGION, ZONE] gives 0 (all match), 1 (network,
   * region), 2 (network), 3 (region, zone), 4 (region), 5.
   */
  public int priority(Place caller, Place place) {
    int length = preference.size();
    if (length == 0 || preference.get(0) != Scope.NETWORK) {
      return length - leadingMatches(caller, place, 0);
    }
    int network = Scope.NETWORK.matches(caller, place) ? length : 0;
    return 2 * length - 1 - network - leadingMatches(caller, place, 1);
  }

  private int leadingMatches(Place caller, Place place, int from) {
    int scope = from;
    while (scope < preference.size() && preference.get(scope).matches(caller, place)) {
      scope++;
    }
    return scope - from;
  }

  public enum Mode {
    /** The nearest priority that has usable endpoints. */
    FAILOVER,
    /** Priority 0 only, even where it has no usable endpoint and others have. */
    STRICT,
    /** A declared share for each group of localities, scaled by its health. */
    WEIGHTED
  }

  /**
   * What a group of localities gets.
   *
   * @param weight finite, at least 0; only the ratio to the others counts
   */
  public record Portion(LocalityPattern where, double weight) {
    public Portion {
      if (!(weight >= 0) || weight == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "weight " + weight + " of " + where + " is not a finite number ≥ 0");
      }
    }
  }

  public enum Scope {
    REGION,
    ZONE,
    SUBZONE,
    NODE,
    CLUSTER,
    NETWORK;

    boolean matches(Place caller, Place place) {
      return switch (this) {
        case REGION -> caller.locality().region().equals(place.locality().region());
        case ZONE -> caller.locality().zone().equals(place.locality().zone());
        case SUBZONE -> caller.locality().subZone().equals(place.locality().subZone());
        case NODE -> caller.node().equals(place.node());
        case CLUSTER -> caller.cluster().equals(place.cluster());
        case NETWORK -> caller.network().equals(place.network());
      };
    }
  }
}
