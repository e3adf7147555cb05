package dev.fairlead.steering.cost;

import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Round trips as they were measured: by pings, or else from requests. Immutable.
 *
 * <p>Latencies of the same destination that several sources saw in the same period differ by the
 * ways alone, since the service is the same. So where one of the ways is known (pinged, configured,
 * or of length 0 within the destination's cluster) the others follow. The median of the last
 * differences is not moved by the few periods in which one source had other requests than the
 * other.
 *
 * @param pinged the last pings of each way
 * @param inferred the last differences of each way
 */
public record RoundTrips(Map<Way, Readings> pinged, Map<Way, Readings> inferred) {
  public static final RoundTrips NONE = new RoundTrips(Map.of(), Map.of());

  /** All ways among a hundred clusters. */
  public static final int MOST_WAYS = 10_000;

  /** Pings come every few seconds; when they stop, something else has changed too. */
  public static final long PING_STALE_NANOS = 60_000_000_000L;

  // As long as a plan holds while nobody renews it.
  private static final long PING_FORGET_NANOS = 24 * 3600 * 1_000_000_000L;
  // Ways stay as they are for long, and without traffic there is nothing to infer from.
  private static final long INFERRED_STALE_NANOS = 600_000_000_000L;
  private static final double LONGEST_NANOS = 3600e9;
  // A median of fewer differences is moved by one of them.
  private static final int FEWEST = 3;
  // Percentiles come from buckets that are so wide.
  private static final RoundTrip WITHIN = new RoundTrip(0, 0, 0);
  private static final RoundTrip UNKNOWN = new RoundTrip(0, LONGEST_NANOS, Long.MAX_VALUE);
  private static final double RESOLUTION = 1.0 / 32;
  // A way back need not be like the way there.
  private static final double REVERSE = 2;

  public RoundTrips {
    pinged = Collections.unmodifiableMap(new LinkedHashMap<>(pinged));
    inferred = Collections.unmodifiableMap(new LinkedHashMap<>(inferred));
  }

  /**
   * Median latency of requests over a way in one period, service and way together.
   *
   * @param nanos at least 0
   * @param deviationNanos of the median, from the number of requests; at least 0
   */
  public record Latency(Way way, double nanos, double deviationNanos) {}

  /** With one ping's round trip; one that is no time is ignored. */
  public RoundTrips pinged(long now, Way way, double nanos) {
    if (!isTime(nanos)) {
      return this;
    }
    Map<Way, Readings> next = fresh(pinged, now, PING_FORGET_NANOS);
    add(next, way, new Readings.Reading(nanos, 0, now));
    return new RoundTrips(next, inferred);
  }

  /** Without the pings of all other ways. */
  public RoundTrips pingedOnly(Set<Way> ways) {
    Map<Way, Readings> next = new LinkedHashMap<>(pinged);
    next.keySet().retainAll(ways);
    return new RoundTrips(next, inferred);
  }

  /**
   * With the latencies of one period.
   *
   * @param configured round trips that the operator knows, or others measured
   */
  public RoundTrips after(long now, List<Latency> seen, Map<Way, RoundTrip> configured) {
    Map<String, Map<String, Latency>> destinations = new LinkedHashMap<>();
    for (Latency latency : seen) {
      if (isTime(latency.nanos()) && isTime(latency.deviationNanos())) {
        destinations
            .computeIfAbsent(latency.way().to(), fresh -> new LinkedHashMap<>())
            .putIfAbsent(latency.way().from(), latency);
      }
    }
    Map<Way, Readings> next = fresh(inferred, now, INFERRED_STALE_NANOS);
    for (Map<String, Latency> sources : destinations.values()) {
      for (Latency latency : sources.values()) {
        if (!latency.way().from().equals(latency.way().to())) {
          double nanos = inferred(latency, sources, now, configured);
          if (!Double.isNaN(nanos)) {
            double floor = RESOLUTION * latency.nanos();
            add(next, latency.way(), new Readings.Reading(nanos, floor, now));
          }
        }
      }
    }
    return new RoundTrips(pinged, next);
  }

  /** Its way as the others at the same destination tell; NaN where they do not. */
  private double inferred(
      Latency latency, Map<String, Latency> sources, long now, Map<Way, RoundTrip> configured) {
    double least = Double.POSITIVE_INFINITY;
    double difference = Double.NaN;
    for (Latency other : sources.values()) {
      RoundTrip way = reference(other.way(), now, configured);
      double deviation =
          StrictMath.hypot(
              StrictMath.hypot(other.deviationNanos(), way.deviationNanos()),
              RESOLUTION * other.nanos());
      if (!other.equals(latency) && way.ageNanos() != UNKNOWN.ageNanos() && deviation < least) {
        least = deviation;
        difference = Math.max(0, way.nanos() + latency.nanos() - other.nanos());
      }
    }
    return difference;
  }

  /** What others are inferred from: never what was itself inferred, or errors would wander. */
  private RoundTrip reference(Way way, long now, Map<Way, RoundTrip> configured) {
    if (way.from().equals(way.to())) {
      return WITHIN;
    }
    RoundTrip given = given(now, way, configured.getOrDefault(way, UNKNOWN));
    return isOld(given) ? UNKNOWN : given;
  }

  /** The ping where there is one, unless it is old and the other not. */
  private RoundTrip given(long now, Way way, RoundTrip configured) {
    Readings pings = pinged.getOrDefault(way, Readings.NONE);
    boolean old = pings.ageNanos(now) > PING_STALE_NANOS;
    return pings.count() == 0 || (old && !isOld(configured)) ? configured : pings.roundTrip(now);
  }

  private static boolean isOld(RoundTrip roundTrip) {
    return roundTrip.ageNanos() > PING_STALE_NANOS;
  }

  /**
   * What is configured, but pings where there are some. An old ping is better than nothing: how far
   * a cluster is does not change because it does not answer.
   */
  public Map<Way, RoundTrip> given(long now, Map<Way, RoundTrip> configured) {
    Map<Way, RoundTrip> given = new LinkedHashMap<>(configured);
    pinged
        .keySet()
        .forEach(way -> given.put(way, given(now, way, configured.getOrDefault(way, UNKNOWN))));
    return Collections.unmodifiableMap(given);
  }

  /**
   * All that is known: pings where there are some, else what is configured, else what requests
   * tell, else old pings; and where nothing is known of a way, what is known of the way back.
   *
   * @param configured round trips that the operator knows, or others measured: those are as good as
   *     pings of the same age
   */
  public Map<Way, RoundTrip> known(long now, Map<Way, RoundTrip> configured) {
    Map<Way, RoundTrip> given = given(now, configured);
    Map<Way, RoundTrip> known = new LinkedHashMap<>(given);
    inferred.forEach(
        (way, readings) -> {
          if (readings.count() >= FEWEST && readings.ageNanos(now) <= INFERRED_STALE_NANOS) {
            known.put(way, readings.roundTrip(now));
          }
        });
    given.forEach(
        (way, roundTrip) -> {
          if (!isOld(roundTrip)) {
            known.put(way, roundTrip);
          }
        });
    Map<Way, RoundTrip> both = new LinkedHashMap<>(known);
    known.forEach(
        (way, there) ->
            both.putIfAbsent(
                new Way(way.to(), way.from()),
                new RoundTrip(there.nanos(), REVERSE * there.deviationNanos(), there.ageNanos())));
    return Collections.unmodifiableMap(both);
  }

  private static Map<Way, Readings> fresh(Map<Way, Readings> readings, long now, long oldest) {
    Map<Way, Readings> fresh = new LinkedHashMap<>(readings);
    fresh.values().removeIf(each -> each.ageNanos(now) > oldest);
    return fresh;
  }

  private static void add(Map<Way, Readings> readings, Way way, Readings.Reading reading) {
    if (readings.size() < MOST_WAYS || readings.containsKey(way)) {
      readings.merge(way, Readings.NONE.with(reading), (known, fresh) -> known.with(reading));
    }
  }

  private static boolean isTime(double nanos) {
    return nanos >= 0 && nanos <= LONGEST_NANOS;
  }
}
