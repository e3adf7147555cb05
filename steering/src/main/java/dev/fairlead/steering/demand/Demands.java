package dev.fairlead.steering.demand;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The demand of all sources and classes. Immutable. */
public record Demands(Map<TrafficKey, DemandEstimator> estimators) {
  public static final Demands NONE = new Demands(Map.of());

  /** A source of which nobody heard for so long is forgotten. */
  private static final long FORGET_NANOS = 3600 * 1_000_000_000L;

  public Demands {
    estimators = Collections.unmodifiableMap(new LinkedHashMap<>(estimators));
  }

  /** With what was seen in a period; the first observation, where a key is there twice. */
  public Demands after(Observations seen) {
    Map<TrafficKey, DemandEstimator> next = new LinkedHashMap<>(estimators);
    Map<TrafficKey, Observation> first = new LinkedHashMap<>();
    for (Observation observation : seen.all()) {
      first.putIfAbsent(observation.key(), observation);
    }
    first.forEach(
        (key, observation) -> {
          DemandEstimator before = next.getOrDefault(key, DemandEstimator.UNKNOWN);
          long age = age(observation);
          if (age >= 0 && age <= Sample.STALE_NANOS) {
            next.put(key, before.after(seen.nanos() - age, started(observation)));
          }
        });
    next.values()
        .removeIf(each -> each.samples() > 0 && seen.nanos() - each.nanos() > FORGET_NANOS);
    return new Demands(next);
  }

  /** Requests per second of one key, that many nanoseconds after {@code now}. */
  public Estimate ahead(TrafficKey key, long now, long horizonNanos) {
    return estimators.getOrDefault(key, DemandEstimator.UNKNOWN).ahead(now, horizonNanos);
  }

  /**
   * Requests per second to all destinations and those that were turned away before, or a plan that
   * sheds would look for ever like demand that fits; NaN where one's number is not known. One that
   * nobody ever measured has no traffic yet, beside others that were: who counts requests counts
   * them from the first on.
   */
  private static double started(Observation observation) {
    double started = observation.shedRps();
    boolean measured = false;
    for (Observation.Destination row : observation.destinations()) {
      if (row.isMeasured()) {
        started += Sample.of(row).startedRps();
        measured = true;
      }
    }
    return measured ? started : Double.NaN;
  }

  /**
   * Of the youngest row: what a source sent it knows itself. An older one is of a destination of
   * which nothing is heard any more, and that makes no other number old.
   */
  private static long age(Observation observation) {
    long age = observation.destinations().isEmpty() ? 0 : Long.MAX_VALUE;
    for (Observation.Destination row : observation.destinations()) {
      if (row.ageNanos() < 0) {
        return -1;
      }
      age = Math.min(age, row.ageNanos());
    }
    return age;
  }
}
