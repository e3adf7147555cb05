package dev.fairlead.steering.demand;

import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.LatencySnapshot;
import dev.fairlead.balancer.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns cumulative reports into observations: the difference of two reports over their time. */
public final class Demand {
  private Demand() {}

  /**
   * What came between {@code earlier} and {@code now}; classes are added up for {@code ANY_CLASS}.
   *
   * <p>There is a row for each cluster that {@code now} names, in the order of their names. Its
   * rates are unknown where no time has passed or one of its counters went back, as after a
   * restart; a cluster that {@code earlier} does not name started from 0.
   */
  public static Observation between(TrafficKey key, Report earlier, Report now) {
    double seconds = (now.nanos() - earlier.nanos()) / 1e9;
    Map<String, Total> before = totals(key, earlier);
    List<Observation.Destination> destinations = new ArrayList<>();
    totals(key, now)
        .forEach(
            (cluster, total) ->
                destinations.add(
                    total.since(before.getOrDefault(cluster, Total.NONE), cluster, seconds)));
    return new Observation(key, now.nanos(), destinations);
  }

  private static Map<String, Total> totals(TrafficKey key, Report report) {
    Map<String, Total> totals = new TreeMap<>();
    for (DestinationReport row : report.destinations()) {
      boolean counts =
          key.trafficClass() == TrafficKey.ANY_CLASS || key.trafficClass() == row.trafficClass();
      Total total = totals.getOrDefault(row.cluster(), Total.NONE).seen(row.usable() > 0);
      totals.put(row.cluster(), counts ? total.plus(row) : total);
    }
    return totals;
  }

  /** One cluster's counters over the classes that count. */
  private record Total(
      boolean usable,
      long started,
      long replied,
      long failed,
      long ignored,
      long inFlight,
      long bytes,
      LatencySnapshot latency) {
    static final Total NONE = new Total(false, 0, 0, 0, 0, 0, 0, LatencySnapshot.EMPTY);

    Total seen(boolean usableNow) {
      return new Total(
          usable || usableNow, started, replied, failed, ignored, inFlight, bytes, latency);
    }

    Total plus(DestinationReport row) {
      return new Total(
          usable,
          started + row.started(),
          replied + row.replied(),
          failed + row.failed(),
          ignored + row.ignored(),
          inFlight + row.inFlight(),
          bytes + row.bytesSent() + row.bytesReceived(),
          latency.plus(row.latency()));
    }

    Observation.Destination since(Total earlier, String cluster, double seconds) {
      boolean restarted =
          started < earlier.started
              || replied < earlier.replied
              || failed < earlier.failed
              || ignored < earlier.ignored
              || bytes < earlier.bytes
              || latency.count() < earlier.latency.count();
      if (restarted || !(seconds > 0)) {
        double none = Double.NaN;
        return new Observation.Destination(
            cluster, usable, 0, none, none, inFlight, none, none, none, none);
      }
      long good = replied - earlier.replied;
      long bad = failed - earlier.failed;
      long ended = good + bad + ignored - earlier.ignored;
      LatencySnapshot answered = latency.since(earlier.latency);
      return new Observation.Destination(
          cluster,
          usable,
          0,
          (started - earlier.started) / seconds,
          ended / seconds,
          inFlight,
          ratio(good, good + bad),
          answered.quantileNanos(0.5),
          answered.quantileNanos(0.99),
          ratio(bytes - earlier.bytes, ended));
    }

    private static double ratio(long part, long whole) {
      return whole > 0 ? (double) part / whole : Double.NaN;
    }
  }
}
