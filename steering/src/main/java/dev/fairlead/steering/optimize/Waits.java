package dev.fairlead.steering.optimize;

/** Latency of one destination over the load that a situation's sources bring, made fit to solve. */
final class Waits {
  /** Nobody waits for longer, and a larger one would cost the others' precision. */
  static final double LONGEST_SECONDS = 100;

  private final Situation.Destination destination;

  Waits(Situation.Destination destination) {
    this.destination = destination;
  }

  /** Mean latency in seconds at so many units beside the background. */
  double seconds(long units) {
    double rps = destination.backgroundRps() + units / Model.UNITS_PER_RPS;
    double seconds = destination.curve().nanos(rps) / 1e9;
    // A curve that has no value, or an absurd one, is as bad as it gets.
    return seconds >= 0 && seconds <= LONGEST_SECONDS ? seconds : LONGEST_SECONDS;
  }

  /**
   * What a unit more adds to everybody's latency together, in seconds, as the mean between two
   * loads: (b·T(b) − a·T(a)) / (b − a), written so that it keeps its digits where a is near b.
   */
  double marginal(long from, long to) {
    double before = seconds(from);
    if (to <= from) {
      return before;
    }
    double load = destination.backgroundRps() * Model.UNITS_PER_RPS + to;
    double marginal = before + load * ((seconds(to) - before) / (to - from));
    return Math.clamp(marginal, 0, LONGEST_SECONDS);
  }

  /** The largest marginal that a grid over {@code range} is likely to have, and that at its end. */
  double steepest(long range, long finest) {
    Grid even = Grid.even(range);
    double steepest = marginal(Math.max(0, range - finest), range);
    for (int i = 0; i < Grid.SEGMENTS; i++) {
      steepest = Math.max(steepest, marginal(even.from(i), even.to(i)));
    }
    return steepest;
  }

  /** The most units of {@code range} at which latency is at most that many seconds. */
  long reaching(double limit, long range) {
    if (seconds(range) <= limit) {
      return range;
    }
    long low = 0;
    long high = range;
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (seconds(middle) <= limit) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
