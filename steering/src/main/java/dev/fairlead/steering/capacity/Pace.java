package dev.fairlead.steering.capacity;

/**
 * How slow a destination is now, whatever its load.
 *
 * @param factor on the latencies that are normal
 * @param sinceNanos monotonic time since when it is so
 * @param assumed whether it only follows from the capacity and was not seen in a latency yet
 */
record Pace(double factor, long sinceNanos, boolean assumed) {
  static final Pace NORMAL = new Pace(1, 0, false);

  /** Smaller ones are the noise that profiles are made of. */
  static final double NOTICEABLE = 1.3;

  /** Whoever is like this for so long will stay so. */
  private static final long NEW_NORMAL_NANOS = 300_000_000_000L;

  private static final double TAU_SECONDS = 10;

  boolean isNormal() {
    return factor == 1;
  }

  boolean isNewNormal(long now) {
    return !isNormal() && !assumed && now - sinceNanos > NEW_NORMAL_NANOS;
  }

  /** It is that slow now, as latency shows. */
  static Pace at(double factor, long now) {
    boolean normal = factor < NOTICEABLE && factor > 1 / NOTICEABLE;
    return normal ? NORMAL : new Pace(factor, now, false);
  }

  /** It is about as slow as it was. */
  Pace with(double sample, double seconds, long now) {
    if (isNormal()) {
      return this;
    }
    double kept = assumed ? 0 : StrictMath.exp(-seconds / TAU_SECONDS);
    Pace next = at(factor * kept + sample * (1 - kept), now);
    return next.isNormal() ? next : new Pace(next.factor, sinceNanos, false);
  }
}
