package dev.fairlead.steering.optimize;

import dev.fairlead.steering.capacity.LatencyCurve;
import java.util.List;
import java.util.Objects;

/**
 * One service everywhere at one moment: who sends, who can serve, and what lies between.
 *
 * @param ways one for each source and destination, source by source: way {@code s·m + t} of {@code
 *     m} destinations
 */
public record Situation(List<Source> sources, List<Destination> destinations, List<Way> ways) {
  /** Above any real one; sums of thousands still fit a long of thousandths. */
  static final double LARGEST_RPS = 1e11;

  private static final double LARGEST_NANOS = 1e13;
  private static final double LARGEST_DOLLARS = 1e6;

  public Situation {
    sources = List.copyOf(sources);
    destinations = List.copyOf(destinations);
    ways = List.copyOf(ways);
    if (ways.size() != sources.size() * destinations.size()) {
      throw new IllegalArgumentException(
          "%d sources and %d destinations need %d ways, not %d"
              .formatted(
                  sources.size(),
                  destinations.size(),
                  sources.size() * destinations.size(),
                  ways.size()));
    }
  }

  public Way way(int source, int destination) {
    return ways.get(source * destinations.size() + destination);
  }

  /**
   * Demand of one class at one place.
   *
   * @param trafficClass 0 the lowest … 7 the highest; −1 for all together
   * @param rps requests per second that must be accounted for, in [0, 10¹¹]
   * @param workPerRequest what one of its requests weighs at a destination beside those of other
   *     classes, in [10⁻³, 10³]; 1 where all are alike
   */
  public record Source(String place, int trafficClass, double rps, double workPerRequest) {
    public Source {
      Objects.requireNonNull(place);
      check(rps >= 0 && rps <= LARGEST_RPS, place, "demand", rps, "[0, 1e11] rps");
      check(
          workPerRequest >= 1e-3 && workPerRequest <= 1e3,
          place,
          "work per request",
          workPerRequest,
          "[0.001, 1000]");
    }

    public Source(String place, int trafficClass, double rps) {
      this(place, trafficClass, rps, 1);
    }

    /** As a person names it. */
    public String words() {
      return trafficClass < 0 ? place : place + " class " + trafficClass;
    }
  }

  /**
   * One that serves. Loads are in requests per second where all classes weigh 1.
   *
   * @param usable whether it may get anything at all
   * @param capacityRps what it should carry at most, from everybody; infinite where unknown
   * @param backgroundRps what it carries from sources that are not in this situation
   * @param curve latency over its whole load
   */
  public record Destination(
      String name, boolean usable, double capacityRps, double backgroundRps, LatencyCurve curve) {
    public Destination {
      Objects.requireNonNull(name);
      Objects.requireNonNull(curve);
      check(capacityRps >= 0, name, "capacity", capacityRps, "[0, ∞] rps");
      check(
          backgroundRps >= 0 && backgroundRps <= LARGEST_RPS,
          name,
          "background load",
          backgroundRps,
          "[0, 1e11] rps");
    }
  }

  /**
   * From a source to a destination.
   *
   * @param nanos latency that the way adds to the destination's, in [0, 10¹³]
   * @param dollars price of one request's bytes both ways, in [0, 10⁶]
   * @param forbidden by residency: nothing may go there
   */
  public record Way(double nanos, double dollars, boolean forbidden) {
    public static final Way FREE = new Way(0, 0, false);

    public Way {
      check(nanos >= 0 && nanos <= LARGEST_NANOS, "way", "latency", nanos, "[0, 1e13] ns");
      check(dollars >= 0 && dollars <= LARGEST_DOLLARS, "way", "price", dollars, "[0, 1e6] $");
    }
  }

  private static void check(boolean fine, String who, String what, double value, String range) {
    if (!fine) {
      throw new IllegalArgumentException(
          "%s: %s of %s is not in %s".formatted(who, what, value, range));
    }
  }
}
