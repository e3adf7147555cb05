package dev.fairlead.app.state;

import dev.fairlead.balancer.report.Report;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/** The last reports of one service, one a second, and what came between them. */
final class ServiceWindow {
  /** Below so many samples a second's p99 is noise: the last five seconds are taken instead. */
  static final int FEW_SAMPLES = 20;

  private static final int LONG_SECONDS = 5;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long nanos, SortedMap<String, ClusterTotals> totals) {}

  /** The first report has nothing to be compared with: it makes the start of the window. */
  void add(Report report) {
    samples.addLast(new Sample(report.nanos(), ClusterTotals.of(report)));
    if (samples.size() > LONG_SECONDS + 1) {
      samples.removeFirst();
    }
  }

  /** Seconds between the last two reports; NaN if there are no two. */
  double seconds() {
    if (samples.size() < 2) {
      return Double.NaN;
    }
    Sample last = samples.getLast();
    return (last.nanos - beforeLast().nanos) / 1e9;
  }

  SortedMap<String, ClusterTotals> total() {
    return samples.isEmpty() ? new TreeMap<>() : samples.getLast().totals;
  }

  ClusterTotals lastSecond(String cluster) {
    return samples.size() < 2 ? inFlightOnly(cluster) : since(beforeLast(), cluster);
  }

  /** The last second, or more of the past where that has few samples. */
  ClusterTotals recent(String cluster) {
    ClusterTotals second = lastSecond(cluster);
    if (samples.size() < 2 || second.replied() + second.failed() >= FEW_SAMPLES) {
      return second;
    }
    return since(samples.getFirst(), cluster);
  }

  private ClusterTotals inFlightOnly(String cluster) {
    ClusterTotals now = total().getOrDefault(cluster, ClusterTotals.NONE);
    return now.since(now);
  }

  private ClusterTotals since(Sample earlier, String cluster) {
    ClusterTotals now = samples.getLast().totals.getOrDefault(cluster, ClusterTotals.NONE);
    return now.since(earlier.totals.getOrDefault(cluster, ClusterTotals.NONE));
  }

  private Sample beforeLast() {
    var newestFirst = samples.descendingIterator();
    newestFirst.next();
    return newestFirst.next();
  }
}
