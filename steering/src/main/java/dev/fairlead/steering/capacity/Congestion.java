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
   * @param already whether the period before said so too: then only the last one is news
   */
  Measured full(double residence, boolean already, long now) {
    double seconds = 0;
    double started = 0;
    double served = 0;
    int last = periods.size() - 1;
    if (last < 1 || isDraining(periods.get(last - 1), periods.get(last))) {
      return Measured.UNKNOWN;
    }
    // The period before the first one that counts says where its growth began.
    for (int at = last; at >= 1; at--) {
      Period period = periods.get(at);
      seconds += period.seconds();
      started += period.startedRps() * period.seconds();
      served += period.servedRps() * period.seconds();
      int length = last - at + 1;
      double growth = growth(at - 1, last, residence);
      double half = growth(last - length / 2, last, residence);
      if (length >= 2
          && growth > SIGNIFICANT * StrictMath.sqrt(started + served)
          && half >= HALFS_PART * growth
          && half <= (1 - HALFS_PART) * growth) {
        Period news = periods.get(last);
        return already
            ? rate(news.servedRps() * news.seconds(), news.seconds(), now)
            : rate(served, seconds, now);
      }
    }
    return Measured.UNKNOWN;
  }

  private static Measured rate(double served, double seconds, long now) {
    return new Measured(served / seconds, StrictMath.sqrt(served + 1) / seconds, now);
  }

  private static boolean isDraining(Period before, Period now) {
    double requests = (now.startedRps() + now.servedRps()) * now.seconds();
    return now.inFlight() < before.inFlight() - StrictMath.sqrt(requests);
  }

  /** Of what is in flight, and of what latency does not explain of it: the smaller one. */
  private double growth(int from, int to, double residence) {
    Period first = periods.get(from);
    Period last = periods.get(to);
    double growth = last.inFlight() - first.inFlight();
    return growth - Math.max(0, residence * (last.startedRps() - first.startedRps()));
  }
}
