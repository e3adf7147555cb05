package dev.fairlead.steering.demand;

import java.util.List;

/**
 * What was seen of one service from one source place in one control period.
 *
 * @param nanos monotonic time at the end of the period
 * @param shedRps requests per second that the plan turned away at the source: demand all the same,
 *     though no destination saw them; NaN where unknown
 */
public record Observation(
    TrafficKey key, long nanos, List<Destination> destinations, double shedRps) {
  public Observation {
    destinations = List.copyOf(destinations);
  }

  /** Of which nothing was turned away. */
  public Observation(TrafficKey key, long nanos, List<Destination> destinations) {
    this(key, nanos, destinations, 0);
  }

  /**
   * One destination's numbers. NaN is "unknown"; a policy must take any bit pattern without dying.
   *
   * @param usable whether it has endpoints that can be picked now
   * @param ageNanos since the numbers were measured; 0 for this process's own; {@link
   *     Long#MAX_VALUE} where nobody ever did, and all of them are NaN
   * @param startedRps requests sent per second
   * @param endedRps requests that ended per second
   * @param inFlight requests not ended, at the end of the period
   * @param successRatio replied / (replied + failed); NaN if none ended
   * @param p50Nanos median latency to the first byte; NaN if none was answered
   * @param p99Nanos 99th percentile of it
   * @param bytesSentPerRequest towards the destination; NaN if none ended
   * @param bytesReceivedPerRequest from the destination; NaN if none ended
   * @param hintedCapacityRps what its ready endpoints can serve, as the operator says; NaN where he
   *     says nothing
   * @param meanNanos mean latency to the first byte; NaN if none was answered or nobody measured it
   * @param readyEndpoints those that can be picked now; NaN where unknown
   */
  public record Destination(
      String name,
      boolean usable,
      long ageNanos,
      double startedRps,
      double endedRps,
      double inFlight,
      double successRatio,
      double p50Nanos,
      double p99Nanos,
      double bytesSentPerRequest,
      double bytesReceivedPerRequest,
      double hintedCapacityRps,
      double meanNanos,
      double readyEndpoints) {
    /** Of whose latency only percentiles are known, and whose endpoints nobody counted. */
    public Destination(
        String name,
        boolean usable,
        long ageNanos,
        double startedRps,
        double endedRps,
        double inFlight,
        double successRatio,
        double p50Nanos,
        double p99Nanos,
        double bytesSentPerRequest,
        double bytesReceivedPerRequest,
        double hintedCapacityRps) {
      this(
          name,
          usable,
          ageNanos,
          startedRps,
          endedRps,
          inFlight,
          successRatio,
          p50Nanos,
          p99Nanos,
          bytesSentPerRequest,
          bytesReceivedPerRequest,
          hintedCapacityRps,
          Double.NaN,
          Double.NaN);
    }

    /** Of which nothing is known but whether it can be picked. */
    static Destination unknown(String name, boolean usable) {
      double none = Double.NaN;
      return new Destination(
          name, usable, Long.MAX_VALUE, none, none, none, none, none, none, none, none, none);
    }

    /** Whether anybody ever measured it; one that says numbers all the same did. */
    public boolean isMeasured() {
      return ageNanos != Long.MAX_VALUE
          || !(Double.isNaN(startedRps)
              && Double.isNaN(endedRps)
              && Double.isNaN(inFlight)
              && Double.isNaN(successRatio)
              && Double.isNaN(p50Nanos)
              && Double.isNaN(p99Nanos)
              && Double.isNaN(meanNanos));
    }

    /** The same numbers, so old by now. */
    public Destination aged(boolean usableNow, long age) {
      return new Destination(
          name,
          usableNow,
          age,
          startedRps,
          endedRps,
          inFlight,
          successRatio,
          p50Nanos,
          p99Nanos,
          bytesSentPerRequest,
          bytesReceivedPerRequest,
          hintedCapacityRps,
          meanNanos,
          readyEndpoints);
    }
  }
}
