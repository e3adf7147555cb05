package dev.fairlead.steering.capacity;

/**
 * How slow a destination is now, whatever its load.
 *
 * @param factor on the latencies that are normal
 * @param sinceNanos monotonic time since when it is so
 * @param before the factor before it changed, within a minute perhaps several times
 * @param assumed whether it only follows from the capacity and was not seen in a latency yet
 */
record Pace(double factor, double before, long sinceNanos, boolean assumed) {
  static final Pace NORMAL = new Pace(1, 1, 0, false);

  /** Smaller ones are the noise that profiles are made of. */
  static final double NOTICEABLE = 1.3;

  /** Whoever is like this for so long will stay so. */
  private static final long NEW_NORMAL_NANOS = 300_000_000_000L;

  /** A queue that is just full takes so long to be told from a slow service. */
  private static final long AGAIN_NANOS = 60_000_000_000L;

  /** One that hangs is no slower than this. */
  private static final double MOST = 1e6;

  private static final double TAU_SECONDS = 10;

  boolean isNormal() {
    return factor == 1;
  }

  boolean isNewNormal(long now) {
    return !isNormal() && !assumed && now - sinceNanos > NEW_NORMAL_NANOS;
  }

  /** It is another pace now, as latency shows. */
  Pace changed(double next, long now) {
    boolean again = now - sinceNanos < AGAIN_NANOS;
    return new Pace(snapped(next), again ? before : factor, now, false);
  }

  /** As its capacity says, it is slower by a factor than it was. */
  Pace assumed(double slower, long now) {
    double next = snapped(factor * slower);
    return new Pace(next, next, now, true);
  }

  /** It was no change: requests had begun to pile up. */
  Pace reverted(long now) {
    return !assumed && now - sinceNanos < AGAIN_NANOS
        ? new Pace(before, before, sinceNanos, false)
        : this;
  }

  /** It is about as slow as it was. */
  Pace with(double sample, double seconds) {
    if (isNormal()) {
      return this;
    }
    double kept = assumed ? 0 : StrictMath.exp(-seconds / TAU_SECONDS);
    return new Pace(snapped(factor * kept + sample * (1 - kept)), before, sinceNanos, false);
  }

  private static double snapped(double factor) {
    boolean normal = factor < NOTICEABLE && factor > 1 / NOTICEABLE;
    return normal ? 1 : Math.clamp(factor, 1 / MOST, MOST);
  }
}
