package dev.fairlead.steering.control;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * How much a plan's shares moved to and fro: Σ|Δshare| beyond the net change over the last hour, 0
 * for a plan that only ever went one way. Kept by the minute, so that its memory is bounded.
 */
final class Oscillation {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int MINUTES = 60;

  /** One minute: the shares at its start and how far they moved in it. */
  private static final class Minute {
    private final long start;
    private final Map<String, Double> shares;
    private double moved;

    Minute(long start, Map<String, Double> shares) {
      this.start = start;
      this.shares = shares;
    }
  }

  private final Deque<Minute> minutes = new ArrayDeque<>();

  /** Records a period and returns the index. */
  double after(long now, Map<String, Double> before, Map<String, Double> after) {
    Minute last = minutes.peekLast();
    if (last == null || now - last.start >= MINUTE_NANOS) {
      last = new Minute(now, before);
      minutes.addLast(last);
    }
    while (minutes.size() > MINUTES || now - minutes.getFirst().start >= MINUTES * MINUTE_NANOS) {
      minutes.removeFirst();
    }
    last.moved += distance(before, after);
    double moved = 0;
    for (Minute minute : minutes) {
      moved += minute.moved;
    }
    return Math.max(0, moved - distance(minutes.getFirst().shares, after));
  }

  private static double distance(Map<String, Double> from, Map<String, Double> to) {
    double sum = 0;
    for (Map.Entry<String, Double> entry : to.entrySet()) {
      sum += Math.abs(entry.getValue() - from.getOrDefault(entry.getKey(), 0.0));
    }
    for (Map.Entry<String, Double> entry : from.entrySet()) {
      if (!to.containsKey(entry.getKey())) {
        sum += entry.getValue();
      }
    }
    return sum;
  }
}
