package dev.fairlead.steering.capacity;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether more arrives at a destination than it serves, judged by its requests in flight beyond
 * those that its latency explains. Immutable; remembers the last periods.
 *
 * <p>Requests in flight change by √(2·rps·t) from chance alone, in a queue that is just full. They
 * pile up when they have grown by three times as much, in both halves of the time: a service that
 * merely got slower has more in flight once, and one whose load rises has no more than Little's law
 * says.
 *
 * @param periods the oldest first
 */
record Congestion(List<Period> periods) {
  static final Congestion NONE = new Congestion(List.of());

  private static final int MOST_PERIODS = 12;
  private static final double SIGNIFICANT = 3;
  // Of the growth: half is each half's part, and chance takes from it.
  private static final double HALFS_PART = 0.25;

  Congestion {
    periods = List.copyOf(periods);
  }

  /**
   * One period.
   *
   * @param inFlight at its end
   * @param startedRps requests per second
   * @param servedRps requests per second that ended well
   */
  record Period(double seconds, double inFlight, double startedRps, double servedRps) {}

  Congestion with(Period period) {
    List<Period> next = new ArrayList<>(periods);
    next.add(period);
    if (next.size() > MOST_PERIODS) {
      next.removeFirst();
    }
    return new Congestion(next);
  }

  /**
   * Requests per second served while requests piled up, over the shortest time that shows that they
   * did; unknown where they did not.
   *
   * @param residence seconds that a request takes without congestion
   */
  Measured full(double residence, long now) {
    double seconds = 0;
    double started = 0;
    double served = 0;
    int last = periods.size() - 1;
    // The period before the first one that counts says where its growth began.
    for (int at = last; at >= 1; at--) {
      Period period = periods.get(at);
      seconds += period.seconds();
      started += period.startedRps() * period.seconds();
      served += period.servedRps() * period.seconds();
      int length = last - at + 1;
      double growth = excess(last, residence) - excess(at - 1, residence);
      double half = excess(last, residence) - excess(last - length / 2, residence);
      if (length >= 2
          && growth > SIGNIFICANT * StrictMath.sqrt(started + served)
          && half >= HALFS_PART * growth
          && half <= (1 - HALFS_PART) * growth) {
        return new Measured(served / seconds, StrictMath.sqrt(served + 1) / seconds, now);
      }
    }
    return Measured.UNKNOWN;
  }

  private double excess(int at, double residence) {
    Period period = periods.get(at);
    return period.inFlight() - period.startedRps() * residence;
  }
}
