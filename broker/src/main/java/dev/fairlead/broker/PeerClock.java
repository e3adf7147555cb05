package dev.fairlead.broker;

import dev.fairlead.broker.message.Echo;
import java.util.Optional;

/**
 * How far another's monotonic clock is from ours, bounded by the messages that went to and fro.
 *
 * <p>A message that they sent at {@code s} came at {@code r ≥ s + offset}, so the offset is at most
 * {@code r − s}; an {@link Echo} of ours bounds it from below in the same way. The estimate is the
 * middle of the bounds, as in NTP (RFC 5905 §8), so what is measured ages on its way too. Without
 * an echo it is the upper bound, as if the fastest message had taken no time.
 *
 * <p>Bounds are of the last 5 to 10 minutes: clocks that differ by 100 ppm drift apart by 60 ms in
 * that time.
 */
final class PeerClock {
  private static final long WINDOW_NANOS = 300_000_000_000L;
  // A message that takes longer is of no use, so who claims it is mistaken.
  private static final long LONGEST_WAY_NANOS = 60_000_000_000L;
  private static final long OLDEST_NANOS = 366L * 24 * 3600 * 1_000_000_000L;

  /** What is known from one window. */
  private record Bounds(boolean most, long atMost, boolean least, long atLeast) {
    static final Bounds NONE = new Bounds(false, 0, false, 0);

    Bounds and(Bounds other) {
      boolean lower = other.most && (!most || other.atMost - atMost < 0);
      boolean higher = other.least && (!least || other.atLeast - atLeast > 0);
      return new Bounds(
          most || other.most,
          lower ? other.atMost : atMost,
          least || other.least,
          higher ? other.atLeast : atLeast);
    }
  }

  private Bounds former = Bounds.NONE;
  private Bounds current = Bounds.NONE;
  private long windowNanos;
  private long lastSent;

  /** A message came that they sent at {@code sent}, by their clock. */
  void heard(long now, long sent, Optional<Echo> echo) {
    boolean first = !current.most;
    if (!first && sent - lastSent < 0) {
      // Another clock than before.
      former = Bounds.NONE;
      current = Bounds.NONE;
      first = true;
    }
    lastSent = sent;
    if (first || now - windowNanos >= WINDOW_NANOS) {
      former = current;
      current = Bounds.NONE;
      windowNanos = now;
    }
    Bounds seen =
        echo.map(
                heard ->
                    new Bounds(
                        true, now - sent, true, heard.sentNanos() - (sent - heard.heldNanos())))
            .orElse(new Bounds(true, now - sent, false, 0));
    current = current.and(seen);
  }

  /** How old is what they dated with {@code theirs}; at least 0. */
  long ageNanos(long now, long theirs) {
    return Math.clamp(now - (theirs + offset()), 0, OLDEST_NANOS);
  }

  private long offset() {
    Bounds bounds = current.and(former);
    long apart = bounds.atMost - bounds.atLeast;
    boolean both = bounds.least && apart >= 0 && apart <= 2 * LONGEST_WAY_NANOS;
    return both ? bounds.atMost - apart / 2 : bounds.atMost;
  }
}
