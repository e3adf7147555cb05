package dev.fairlead.app.control;

/**
 * A fixed rate on the monotonic clock. Beats that a pause swallowed are skipped, not caught up on:
 * after two seconds' stop a period of 100 ms yields one late beat, not twenty.
 */
public final class Pace {
  private final long periodNanos;
  private long next;

  /** The first beat is due a period after {@code now}. */
  public Pace(long now, long periodNanos) {
    if (periodNanos <= 0) {
      throw new IllegalArgumentException("the period must be positive");
    }
    this.periodNanos = periodNanos;
    this.next = now + periodNanos;
  }

  /** Nanoseconds until the next beat; 0 or less: it is due. */
  public long until(long now) {
    return next - now;
  }

  /** The next beat is a period after {@code now}: something made this one come early. */
  public void restart(long now) {
    next = now + periodNanos;
  }

  /** Takes the beat if one is due. */
  public boolean take(long now) {
    if (until(now) > 0) {
      return false;
    }
    // On the same grid, at the first point that is still ahead.
    next += periodNanos * (1 + (now - next) / periodNanos);
    return true;
  }
}
