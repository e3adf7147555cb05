package dev.fairlead.simulator.result;

/**
 * What became of requests of the traffic; those of calls between services are parts of them.
 *
 * @param completed answered well within the deadline
 * @param failed ended otherwise, or not at all until the deadline
 * @param shed of those that failed: turned away, by a full pod or a limit, and not served elsewhere
 * @param meanMillis of the completed ones, from the arrival to the last byte; NaN without any, as
 *     the percentiles
 */
public record Summary(
    long completed,
    long failed,
    long shed,
    double meanMillis,
    double p50Millis,
    double p90Millis,
    double p99Millis,
    double p999Millis) {

  /** Completed over all that ended; NaN if none did. */
  public double successRatio() {
    long ended = completed + failed;
    return ended == 0 ? Double.NaN : (double) completed / ended;
  }
}
