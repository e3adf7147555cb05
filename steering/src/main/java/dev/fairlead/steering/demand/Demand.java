package dev.fairlead.steering.demand;

import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.LatencySnapshot;
import dev.fairlead.balancer.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

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
    return between(key, earlier, now, Double.NaN);
  }

  /**
   * As {@link #between(TrafficKey, Report, Report)}.
   *
   * @param endpointRps what one ready endpoint can serve, as the operator says; NaN where he says
   *     nothing
   */
  public static Observation between(
      TrafficKey key, Report earlier, Report now, double endpointRps) {
    return between(
        key,
        earlier,
        now,
        endpointRps,
        trafficClass ->
            key.trafficClass() == TrafficKey.ANY_CLASS || key.trafficClass() == trafficClass);
  }

  /**
   * @param counts which classes' traffic the key stands for
   */
  static Observation between(
      TrafficKey key, Report earlier, Report now, double endpointRps, IntPredicate counts) {
    double seconds = (now.nanos() - earlier.nanos()) / 1e9;
    Map<String, Total> before = totals(counts, earlier);
    List<Observation.Destination> destinations = new ArrayList<>();
    totals(counts, now)
        .forEach(
            (cluster, total) ->
                destinations.add(
                    total.since(
                        before.getOrDefault(cluster, Total.NONE), cluster, seconds, endpointRps)));
    long shed = shed(counts, now) - shed(counts, earlier);
    boolean known = seconds > 0 && shed >= 0;
    return new Observation(key, now.nanos(), destinations, known ? shed / seconds : Double.NaN);
  }

  private static Map<String, Total> totals(IntPredicate counts, Report report) {
    Map<String, Total> totals = new TreeMap<>();
    for (DestinationReport row : report.destinations()) {
      Total total = totals.getOrDefault(row.cluster(), Total.NONE).seen(row.usable());
      totals.put(row.cluster(), counts.test(row.trafficClass()) ? total.plus(row) : total);
    }
    return totals;
  }

  private static long shed(IntPredicate counts, Report report) {
    long shed = 0;
    for (int at = 0; at < report.shed().size(); at++) {
      shed += counts.test(at) ? report.shed().get(at) : 0;
    }
    return shed;
  }

  /** One cluster's counters over the classes that count. */
  private record Total(
      int usable,
      long started,
      long replied,
      long failed,
      long ignored,
      long inFlight,
      long bytesSent,
      long bytesReceived,
      LatencySnapshot latency) {
    static final Total NONE = new Total(0, 0, 0, 0, 0, 0, 0, 0, LatencySnapshot.EMPTY);

    // Each class has a row for the cluster and they all name the same endpoints.
    Total seen(int usableNow) {
      return new Total(
          Math.max(usable, usableNow),
          started,
          replied,
          failed,
          ignored,
          inFlight,
          bytesSent,
          bytesReceived,
          latency);
    }

    Total plus(DestinationReport row) {
      return new Total(
          usable,
          started + row.started(),
          replied + row.replied(),
          failed + row.failed(),
          ignored + row.ignored(),
          inFlight + row.inFlight(),
          bytesSent + row.bytesSent(),
          bytesReceived + row.bytesReceived(),
          latency.plus(row.latency()));
    }

    Observation.Destination since(
        Total earlier, String cluster, double seconds, double endpointRps) {
      double hinted = usable * endpointRps;
      boolean restarted =
          started < earlier.started
              || replied < earlier.replied
              || failed < earlier.failed
              || ignored < earlier.ignored
              || bytesSent < earlier.bytesSent
              || bytesReceived < earlier.bytesReceived
              || latency.count() < earlier.latency.count();
      if (restarted || !(seconds > 0)) {
        double none = Double.NaN;
        return new Observation.Destination(
            cluster,
            usable > 0,
            0,
            none,
            none,
            inFlight,
            none,
            none,
            none,
            none,
            none,
            hinted,
            none,
            usable);
      }
      long good = replied - earlier.replied;
      long bad = failed - earlier.failed;
      long ended = good + bad + ignored - earlier.ignored;
      LatencySnapshot answered = latency.since(earlier.latency);
      return new Observation.Destination(
          cluster,
          usable > 0,
          0,
          (started - earlier.started) / seconds,
          ended / seconds,
          inFlight,
          ratio(good, good + bad),
          answered.quantileNanos(0.5),
          answered.quantileNanos(0.99),
          ratio(bytesSent - earlier.bytesSent, ended),
          ratio(bytesReceived - earlier.bytesReceived, ended),
          hinted,
          answered.meanNanos(),
          usable);
    }

    private static double ratio(long part, long whole) {
      return whole > 0 ? (double) part / whole : Double.NaN;
    }
  }
}
