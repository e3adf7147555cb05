package dev.fairlead.steering.cost;

import dev.fairlead.balancer.endpoint.Locality;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What lies between clusters: where they are, how far apart, what bytes cost, where traffic must
 * not go.
 *
 * @param localities by cluster; one that is not named is nowhere known
 * @param roundTrips measured or configured; without an entry unknown, but within a cluster 0
 * @param hints of network controllers, in force until they expire
 * @param forbidden residency: traffic of the first must not go to the second
 */
public record Topology(
    Map<String, Locality> localities,
    PriceList prices,
    Map<Way, RoundTrip> roundTrips,
    List<LinkHint> hints,
    Set<Way> forbidden) {
  public static final Topology UNKNOWN =
      new Topology(Map.of(), PriceList.FREE, Map.of(), List.of(), Set.of());

  public Topology {
    localities = Map.copyOf(localities);
    roundTrips = Map.copyOf(roundTrips);
    hints = List.copyOf(hints);
    forbidden = Set.copyOf(forbidden);
  }

  /** The same with those round trips. */
  public Topology with(Map<Way, RoundTrip> others) {
    return new Topology(localities, prices, others, hints, forbidden);
  }

  /** The same at those prices. */
  public Topology with(PriceList others) {
    return new Topology(localities, others, roundTrips, hints, forbidden);
  }

  /** The same with those hints. */
  public Topology with(List<LinkHint> others) {
    return new Topology(localities, prices, roundTrips, others, forbidden);
  }

  /** From one cluster to another. */
  public record Way(String from, String to) {}

  /**
   * A round trip over a way without any service time.
   *
   * @param nanos mean, at least 0
   * @param deviationNanos how uncertain it is, at least 0
   * @param ageNanos since the last measurement; 0 for a configured one
   */
  public record RoundTrip(double nanos, double deviationNanos, long ageNanos) {
    public RoundTrip {
      if (!(nanos >= 0 && deviationNanos >= 0 && ageNanos >= 0)
          || nanos == Double.POSITIVE_INFINITY
          || deviationNanos == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "round trip of " + nanos + " ± " + deviationNanos + " ns, " + ageNanos + " ns old");
      }
    }
  }

  public Locality locality(String cluster) {
    return localities.getOrDefault(cluster, Locality.UNKNOWN);
  }

  /** Mean round trip in nanoseconds with the hints that are in force; NaN where unknown. */
  public double roundTripNanos(String from, String to, long now) {
    RoundTrip known = roundTrips.get(new Way(from, to));
    double nanos = known == null ? from.equals(to) ? 0 : Double.NaN : known.nanos();
    return hinted(from, to, nanos, now);
  }

  /** A way of that length, measured or not, with the hints that are in force. */
  public double hinted(String from, String to, double nanos, long now) {
    double hinted = nanos;
    for (LinkHint hint : hints) {
      if (hint.isAbout(from, to, now)) {
        hinted = hinted * hint.factor() + hint.addedNanos();
      }
    }
    return hinted;
  }

  /** Who says what of a way, for its explanation; empty where nobody does. */
  public String hintsInWords(String from, String to, long now) {
    StringBuilder words = new StringBuilder();
    for (LinkHint hint : hints) {
      if (hint.isAbout(from, to, now)) {
        words.append("; ").append(hint.words());
      }
    }
    return words.toString();
  }
}
