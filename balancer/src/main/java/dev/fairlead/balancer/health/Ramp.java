package dev.fairlead.balancer.health;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * How far the warm-up of one incarnation of an endpoint is. Its time runs at a speed that latency
 * decides: clamp(2 · median / latency, ½, 2), where the median is the other endpoints'; so it runs
 * twice as fast for an endpoint that is as good as the others, and half as fast for one that takes
 * four times as long. While either is unknown it is 1. Progress is never lost, so that noise in the
 * latency does not make shares jump. Any thread, no lock.
 */
public final class Ramp {
  private static final AtomicReferenceFieldUpdater<Ramp, State> STATE =
      AtomicReferenceFieldUpdater.newUpdater(Ramp.class, State.class, "state");

  private static final double FASTEST = 2;
  private static final double SLOWEST = 0.5;

  private volatile State state;

  /**
   * @param now when the endpoint was new, nanoseconds
   */
  public Ramp(long now) {
    state = new State(now, 0);
  }

  /** Warm-up time until the last {@link #advance}, nanoseconds. */
  double nanos() {
    return state.nanos();
  }

  /**
   * Goes on to {@code now}; a time before the last one changes nothing.
   *
   * @param latencyNanos the endpoint's own; NaN if unknown
   * @param medianNanos the others'; NaN if unknown
   */
  void advance(long now, double latencyNanos, double medianNanos) {
    double speed = speed(latencyNanos, medianNanos);
    while (true) {
      State seen = state;
      if (now <= seen.at()
          || STATE.compareAndSet(
              this, seen, new State(now, seen.nanos() + speed * (now - seen.at())))) {
        return;
      }
    }
  }

  static double speed(double latencyNanos, double medianNanos) {
    double speed = 2 * medianNanos / latencyNanos;
    return Double.isNaN(speed) ? 1 : Math.clamp(speed, SLOWEST, FASTEST);
  }

  private record State(long at, double nanos) {}
}
