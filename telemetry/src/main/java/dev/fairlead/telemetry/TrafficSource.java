package dev.fairlead.telemetry;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.List;

/**
 * Traffic that somebody else measures, as a mesh's Prometheus. It is read in the background, so
 * that asking never waits; what was asked for lately is what is read.
 */
public interface TrafficSource {
  /**
   * The newest numbers of a service's destinations, each row with the age of the oldest number in
   * it. Safe for any thread; never blocks.
   *
   * <p>A source of metrics knows nothing of endpoints, of what was turned away and of classes: each
   * row is usable, its capacity hint and ready endpoints are unknown, nothing was shed, and of a
   * single class nothing is known.
   *
   * @param destinations by the names that the metrics have for them; one that was never measured is
   *     in the answer, with numbers NaN and an age of {@link Long#MAX_VALUE}
   * @param nowNanos monotonic time
   */
  Observation seen(TrafficKey key, List<String> destinations, long nowNanos);
}
