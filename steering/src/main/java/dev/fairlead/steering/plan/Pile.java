package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast requests pile up at one destination, from one look to the next: it serves by so much
 * less than it gets. What was answered in a period tells as much, but of the whole period, most of
 * which may have been before the trouble.
 *
 * @param parts by source, those that are fresh: their numbers come at different times
 */
record Pile(Map<TrafficKey, Part> parts) {
  // In less time chance moves more than a pile does.
  private static final long SHORTEST_NANOS = 100_000_000L;

  Pile {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /**
   * One source's requests in flight.
   *
   * @param perSecond by how much they grew
   * @param nanos monotonic time when they were counted
   */
  record Part(double inFlight, double perSecond, long nanos) {
    Part after(double now, long counted) {
      long elapsed = counted - nanos;
      return elapsed < SHORTEST_NANOS
          ? this
          : new Part(now, (now - inFlight) / (elapsed / 1e9), counted);
    }
  }

  /** Requests that are there and not on their way, of all sources that are fresh. */
  double inFlight() {
    return parts.values().stream().mapToDouble(Part::inFlight).sum();
  }

  /** By how much they grow. */
  double perSecond() {
    return parts.values().stream().mapToDouble(Part::perSecond).sum();
  }

  static Map<String, Pile> after(Map<String, Pile> before, Observations seen) {
    Map<String, Map<TrafficKey, Part>> next = new LinkedHashMap<>();
    for (Observation observation : seen.withoutParts()) {
      TrafficKey source = observation.key();
      Scene.rows(observation)
          .forEach(
              (name, row) -> {
                Sample sample = Sample.of(row);
                if (row.ageNanos() <= Sample.STALE_NANOS && sample.inFlight() >= 0) {
                  double way =
                      seen.topology().roundTripNanos(source.sourceCluster(), name, seen.nanos());
                  double travelling =
                      way >= 0 && sample.startedRps() >= 0 ? way / 1e9 * sample.startedRps() : 0;
                  double now = Math.max(0, sample.inFlight() - travelling);
                  long counted = seen.nanos() - Math.max(0, row.ageNanos());
                  Pile pile = before.get(name);
                  Part was = pile == null ? null : pile.parts().get(source);
                  next.computeIfAbsent(name, none -> new LinkedHashMap<>())
                      .putIfAbsent(
                          source,
                          was == null ? new Part(now, 0, counted) : was.after(now, counted));
                }
              });
    }
    Map<String, Pile> piles = new LinkedHashMap<>();
    next.forEach((name, parts) -> piles.put(name, new Pile(parts)));
    return piles;
  }
}
