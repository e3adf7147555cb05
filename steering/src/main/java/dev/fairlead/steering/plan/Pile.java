package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast requests pile up at one destination, from one look to the next: it serves by so much
 * less than it gets. What was answered in a period tells as much, but of the whole period, most of
 * which may have been before the trouble.
 *
 * @param inFlight requests in flight, of all sources that are fresh
 * @param perSecond by how much they grow
 * @param nanos monotonic time of the look
 */
record Pile(double inFlight, double perSecond, long nanos) {
  // In less time chance moves more than a pile does.
  private static final long SHORTEST_NANOS = 50_000_000L;

  static Map<String, Pile> after(Map<String, Pile> before, Observations seen) {
    Map<String, Double> inFlight = new LinkedHashMap<>();
    for (Observation observation : seen.withoutParts()) {
      Scene.rows(observation)
          .forEach(
              (name, row) -> {
                double counted = Sample.of(row).inFlight();
                if (row.ageNanos() <= Sample.STALE_NANOS && counted >= 0) {
                  inFlight.merge(name, counted, Double::sum);
                }
              });
    }
    Map<String, Pile> next = new HashMap<>();
    inFlight.forEach(
        (name, now) -> {
          Pile was = before.get(name);
          long elapsed = was == null ? 0 : seen.nanos() - was.nanos();
          if (was != null && elapsed < SHORTEST_NANOS) {
            next.put(name, was);
          } else {
            double rate = was == null ? 0 : (now - was.inFlight()) / (elapsed / 1e9);
            next.put(name, new Pile(now, rate, seen.nanos()));
          }
        });
    return next;
  }
}
