package dev.fairlead.steering.demand;

import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.ClassShares;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which classes of one source's traffic are observed, and so planned, each on its own. Immutable.
 *
 * <p>A class is, once it has sent enough lately to be measured and is a part of the traffic that
 * shows; and no more, when it has sent next to nothing for minutes. Between the two thresholds it
 * stays what it was, so that plans do not come and go with a handful of requests. The others follow
 * the next class above that is on its own, or the highest: they are counted and led with it, but
 * never turned away with it.
 *
 * <p>With fewer than two classes of their own there is nothing to tell apart, and all is observed
 * as one.
 *
 * @param recent requests by class, each counting for less the longer ago it was; empty before the
 *     first report
 * @param own those that are on their own
 */
public record Classes(List<Double> recent, NavigableSet<Integer> own) {
  public static final Classes NONE = new Classes(List.of(), new TreeSet<>());

  private static final int COUNT = ClassShares.CLASSES;

  // A class that falls silent is remembered for some minutes, as measurements are.
  private static final double TAU_SECONDS = 60;
  // Latencies of fewer say nothing, and a plan for fewer moves nothing.
  private static final double ENOUGH = 20;
  private static final double TOO_FEW = 5;
  // A part that is smaller is less than a plan's deadband.
  private static final double PART = 0.02;
  private static final double TOO_SMALL = 0.005;

  public Classes {
    recent = List.copyOf(recent);
    own = Collections.unmodifiableNavigableSet(new TreeSet<>(own));
  }

  /** With what came between two reports, requests that were turned away included. */
  public Classes after(Report earlier, Report now) {
    double seconds = (now.nanos() - earlier.nanos()) / 1e9;
    if (!(seconds > 0)) {
      return this;
    }
    long[] before = counts(earlier);
    long[] after = counts(now);
    double keep = StrictMath.exp(-seconds / TAU_SECONDS);
    List<Double> next = new ArrayList<>();
    double sum = 0;
    for (int at = 0; at < COUNT; at++) {
      double had = recent.isEmpty() ? 0 : recent.get(at);
      // Counters that went back are those of another life.
      next.add(had * keep + Math.max(0, after[at] - before[at]));
      sum += next.get(at);
    }
    NavigableSet<Integer> nextOwn = new TreeSet<>();
    for (int at = 0; at < COUNT; at++) {
      boolean is = own.contains(at);
      double requests = next.get(at);
      if (requests >= (is ? TOO_FEW : ENOUGH) && requests >= (is ? TOO_SMALL : PART) * sum) {
        nextOwn.add(at);
      }
    }
    return new Classes(next, nextOwn);
  }

  private static long[] counts(Report report) {
    long[] counts = new long[COUNT];
    for (DestinationReport row : report.destinations()) {
      counts[Math.clamp(row.trafficClass(), 0, COUNT - 1)] += row.started();
    }
    for (int at = 0; at < Math.min(COUNT, report.shed().size()); at++) {
      counts[at] += report.shed().get(at);
    }
    return counts;
  }

  /** Whether classes are told apart. */
  public boolean isSeveral() {
    return own.size() > 1;
  }

  /** The class with which one goes, of several. */
  public int with(int trafficClass) {
    Integer above = own.ceiling(trafficClass);
    return above != null ? above : own.last();
  }

  /**
   * What came between two reports: of all classes together, and of those on their own.
   *
   * @param whole the key of all together
   * @param endpointRps as in {@link Demand#between(TrafficKey, Report, Report, double)}
   */
  public List<Observation> between(
      TrafficKey whole, Report earlier, Report now, double endpointRps) {
    List<Observation> seen = new ArrayList<>();
    seen.add(Demand.between(whole, earlier, now, endpointRps));
    if (isSeveral()) {
      for (int each : own) {
        TrafficKey key = new TrafficKey(whole.service(), whole.sourceCluster(), each);
        seen.add(Demand.between(key, earlier, now, endpointRps, counted -> with(counted) == each));
      }
    }
    return seen;
  }
}
