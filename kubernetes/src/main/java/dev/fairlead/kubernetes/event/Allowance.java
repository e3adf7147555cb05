package dev.fairlead.kubernetes.event;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How many events may be written: more say nothing that a status does not. */
final class Allowance {
  /** At once. */
  private static final int MOST = 20;

  /** Until one more may be written. */
  private static final Duration EACH = Duration.ofSeconds(5);

  private final InstantSource clock;
  private int left = MOST;
  private Instant filled;

  Allowance(InstantSource clock) {
    this.clock = clock;
    this.filled = clock.instant();
  }

  /** Whether one may be written now; it counts then. */
  boolean take() {
    Instant now = clock.instant();
    long more = Duration.between(filled, now).dividedBy(EACH);
    if (more > 0) {
      left = (int) Math.min(MOST, left + more);
      filled = filled.plus(EACH.multipliedBy(more));
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
