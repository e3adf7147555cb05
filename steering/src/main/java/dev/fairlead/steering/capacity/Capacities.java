package dev.fairlead.steering.capacity;

import dev.fairlead.steering.demand.Observations;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The capacities of all destinations of one service. Immutable. */
public record Capacities(Map<String, CapacityEstimator> estimators) {
  public static final Capacities NONE = new Capacities(Map.of());

  /** What was true yesterday is better learned again. */
  private static final long FORGET_NANOS = 24 * 3600 * 1_000_000_000L;

  public Capacities {
    estimators = Collections.unmodifiableMap(new LinkedHashMap<>(estimators));
  }

  /** With what was seen in a period. */
  public Capacities after(Observations seen) {
    Map<String, Served> served = Served.of(seen);
    Map<String, Lateness.Look> looks = looks(served);
    Map<String, CapacityEstimator> next = new LinkedHashMap<>(estimators);
    served.forEach(
        (name, each) -> next.put(name, of(name).after(each, Lateness.allAreLate(name, looks))));
    next.values().removeIf(each -> seen.nanos() - each.nanos() > FORGET_NANOS);
    return new Capacities(next);
  }

  /** With what was seen of a part of a period: it tells only who looks overloaded. */
  public Capacities looked(Observations soFar) {
    Map<String, Served> served = Served.of(soFar);
    Map<String, Lateness.Look> looks = looks(served);
    Map<String, CapacityEstimator> next = new LinkedHashMap<>(estimators);
    served.forEach(
        (name, each) -> next.put(name, of(name).looked(each, Lateness.allAreLate(name, looks))));
    return new Capacities(next);
  }

  /** What can be said of one destination now. */
  public Capacity capacity(String destination, long now) {
    return of(destination).capacity(now);
  }

  /**
   * What a destination may be taken to serve well because others of the same service do, endpoint
   * for endpoint, in rps; 0 where nobody counted endpoints.
   */
  public double likely(String destination) {
    double ready = of(destination).ready();
    double most = 0;
    for (Map.Entry<String, CapacityEstimator> other : estimators.entrySet()) {
      if (!other.getKey().equals(destination)) {
        most = Math.max(most, other.getValue().servedBy(ready));
      }
    }
    return most;
  }

  private CapacityEstimator of(String destination) {
    return estimators.getOrDefault(destination, CapacityEstimator.UNKNOWN);
  }

  private Map<String, Lateness.Look> looks(Map<String, Served> served) {
    Map<String, Lateness.Look> looks = new LinkedHashMap<>();
    served.forEach(
        (name, each) -> {
          if (each.counted()) {
            looks.put(
                name,
                new Lateness.Look(
                    of(name).alarm(), each.inFlight(), each.travelling(), each.startedRps()));
          }
        });
    return looks;
  }
}
