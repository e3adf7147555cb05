package dev.fairlead.app.state;

import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.LatencySnapshot;
import dev.fairlead.balancer.report.Report;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A report's rows of one cluster, added up over the classes; cumulative, or the difference of two.
 */
public record ClusterTotals(
    long started,
    long replied,
    long failed,
    long ignored,
    long inFlight,
    long bytesSent,
    long bytesReceived,
    LatencySnapshot latency) {
  public static final ClusterTotals NONE =
      new ClusterTotals(0, 0, 0, 0, 0, 0, 0, LatencySnapshot.EMPTY);

  /** By cluster. */
  public static SortedMap<String, ClusterTotals> of(Report report) {
    SortedMap<String, ClusterTotals> totals = new TreeMap<>();
    for (DestinationReport row : report.destinations()) {
      totals.merge(row.cluster(), of(row), ClusterTotals::plus);
    }
    return totals;
  }

  private static ClusterTotals of(DestinationReport row) {
    return new ClusterTotals(
        row.started(),
        row.replied(),
        row.failed(),
        row.ignored(),
        row.inFlight(),
        row.bytesSent(),
        row.bytesReceived(),
        row.latency());
  }

  /** Both together. */
  public ClusterTotals plus(ClusterTotals other) {
    return new ClusterTotals(
        started + other.started,
        replied + other.replied,
        failed + other.failed,
        ignored + other.ignored,
        inFlight + other.inFlight,
        bytesSent + other.bytesSent,
        bytesReceived + other.bytesReceived,
        latency.plus(other.latency));
  }

  /** What came since {@code earlier}; {@link #inFlight} stays what it is now. */
  ClusterTotals since(ClusterTotals earlier) {
    return new ClusterTotals(
        Math.max(0, started - earlier.started),
        Math.max(0, replied - earlier.replied),
        Math.max(0, failed - earlier.failed),
        Math.max(0, ignored - earlier.ignored),
        inFlight,
        Math.max(0, bytesSent - earlier.bytesSent),
        Math.max(0, bytesReceived - earlier.bytesReceived),
        latency.since(earlier.latency));
  }
}
