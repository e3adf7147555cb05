package dev.fairlead.steering.capacity;

import java.util.ArrayList;
import java.util.List;

/**
 * Latency over load as it was seen, continued by {@link QueueModel} towards the capacity, and
 * beyond it by the queue that grows until the next plan.
 *
 * <p>What is kept is load times latency (requests in flight, by Little's law) as a convex,
 * piecewise linear function through 0: its slopes, the latency that one more request costs all
 * together, never fall. Then the latency, a mean of slopes, never falls either. Slopes that do are
 * joined with their neighbours (pool adjacent violators again: the greatest convex minorant).
 */
final class FittedCurve implements LatencyCurve {
  // What was seen nearer to the capacity, or beyond, is a queue in the making or of another time.
  private static final double SEEN = 0.95;
  private static final int STEPS = 12;
  private static final double[] BEYOND = {1, 1.1, 1.25, 1.5, 2};

  private final double[] ends;
  private final double[] slopes;

  private FittedCurve(List<Segment> segments) {
    ends = segments.stream().mapToDouble(Segment::end).toArray();
    slopes = segments.stream().mapToDouble(Segment::slope).toArray();
  }

  private record Segment(double start, double end, double slope) {}

  /**
   * The curve through these levels, of a destination with that capacity.
   *
   * @param levels at least one; with loads above 0
   * @param capacityRps above 0
   */
  static FittedCurve of(
      List<LoadProfile.Level> levels, double capacityRps, double squaredVariation) {
    List<Segment> segments = new ArrayList<>();
    double highest = QueueModel.HIGHEST_UTILISATION * capacityRps;
    double seen = SEEN * capacityRps;
    double load = 0;
    double total = 0;
    for (LoadProfile.Level level : levels) {
      for (double end : new double[] {level.lowest(), level.highest()}) {
        if (end > load && end <= seen) {
          double slope = (end * level.nanos() - total) / (end - load);
          append(segments, new Segment(load, end, slope));
          load = end;
          total = load * level.nanos();
        }
      }
    }
    double base = levels.getFirst().nanos();
    double servers = QueueModel.servers(capacityRps, base);
    double idle = 1 - load / capacityRps;
    double modelled = load * base * growth(load / capacityRps, servers, squaredVariation);
    for (int step = 1; step <= STEPS && load < highest; step++) {
      // Finer the nearer to the capacity, as the function is.
      double left =
          idle * StrictMath.pow((1 - QueueModel.HIGHEST_UTILISATION) / idle, (double) step / STEPS);
      double end = capacityRps * (1 - left);
      double next = end * base * growth(1 - left, servers, squaredVariation);
      append(
          segments,
          new Segment(load, end, atLeastLast(segments, (next - modelled) / (end - load))));
      load = end;
      modelled = next;
    }
    for (double part : BEYOND) {
      double end = part * capacityRps;
      // Half of what has piled up when the period ends waits before a request, on average.
      double slope = PLAN_SECONDS * 1e9 * Math.max(0, (end + load) / capacityRps - 1) / 2;
      append(segments, new Segment(load, end, atLeastLast(segments, slope)));
      load = end;
    }
    return new FittedCurve(segments);
  }

  private static double growth(double rho, double servers, double squaredVariation) {
    double most = QueueModel.HIGHEST_UTILISATION;
    return QueueModel.growth(Math.min(rho, most), servers, squaredVariation);
  }

  private static double atLeastLast(List<Segment> segments, double slope) {
    return segments.isEmpty() ? slope : Math.max(slope, segments.getLast().slope());
  }

  private static void append(List<Segment> segments, Segment added) {
    Segment last = added;
    while (!segments.isEmpty() && segments.getLast().slope() > last.slope()) {
      Segment before = segments.removeLast();
      double own = before.end() - before.start();
      double others = last.end() - last.start();
      double slope = (own * before.slope() + others * last.slope()) / (own + others);
      last = new Segment(before.start(), last.end(), slope);
    }
    segments.add(last);
  }

  @Override
  public double nanos(double rps) {
    if (!(rps > 0)) {
      return slopes[0];
    }
    double total = 0;
    double start = 0;
    for (int at = 0; at < ends.length; at++) {
      boolean last = at + 1 == ends.length;
      if (rps <= ends[at] || last) {
        return (total + (rps - start) * slopes[at]) / rps;
      }
      total += (ends[at] - start) * slopes[at];
      start = ends[at];
    }
    throw new AssertionError("a curve has segments");
  }
}
