package dev.fairlead.telemetry;

import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import java.util.Map;

/**
 * What a source of traffic says of itself. Counts are since the start.
 *
 * @param set the query set's name
 * @param ageNanos since the last round of queries without a failure began; {@link Long#MAX_VALUE}:
 *     there was none
 * @param queries asked
 * @param failures of them, by reason
 * @param badNumbers dropped, as none can be such
 * @param unasked requests for destinations that are not asked for, since there are too many or no
 *     metric can have such a name
 */
public record TrafficStatus(
    String set,
    long ageNanos,
    long queries,
    Map<Reason, Long> failures,
    long badNumbers,
    long unasked) {
  public TrafficStatus {
    failures = Map.copyOf(failures);
  }
}
