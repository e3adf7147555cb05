package dev.fairlead.balancer.outcome;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Slots that failed requests still occupy for a while, so that an endpoint which fails fast does
 * not look idle to a policy that compares requests in flight. Nothing expires by a timer: failures
 * are counted by the slice of time in which they came, in a ring, and reading adds up the slices
 * that are young enough. Any thread, no lock, fixed size.
 */
final class HeldSlots {
  static final long HOLD_NANOS = 5_000_000_000L;

  /** A slot is held for {@link #HOLD_NANOS} up to one slice more. */
  static final long SLICE_NANOS = HOLD_NANOS / 16;

  private static final int SLICES = (int) (HOLD_NANOS / SLICE_NANOS);
  // The next power of two above the slices that are summed: the one being reused is never read.
  private static final int RING = 32;
  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /** Slice number, then how many slots it holds. */
  private final AtomicLongArray ring = new AtomicLongArray(RING);

  private final AtomicLong heldUntil = new AtomicLong();

  /**
   * @param now at least 0
   */
  void hold(long now) {
    heldUntil.accumulateAndGet(now + HOLD_NANOS + SLICE_NANOS, Math::max);
    long slice = now / SLICE_NANOS;
    int at = (int) slice & (RING - 1);
    while (true) {
      long seen = ring.get(at);
      long since = seen >>> COUNT_BITS;
      boolean full = since == slice && (seen & COUNT_MASK) == COUNT_MASK;
      if (since > slice || full) {
        return; // Ten seconds late, or sixteen million in a third of a second.
      }
      long fresh = since == slice ? seen + 1 : (slice << COUNT_BITS) | 1;
      if (ring.compareAndSet(at, seen, fresh)) {
        return;
      }
    }
  }

  int count(long now) {
    if (now >= heldUntil.get()) {
      return 0;
    }
    long newest = now / SLICE_NANOS;
    long sum = 0;
    for (int at = 0; at < RING; at++) {
      long seen = ring.get(at);
      if (newest - (seen >>> COUNT_BITS) <= SLICES) {
        sum += seen & COUNT_MASK;
      }
    }
    return (int) Math.min(sum, Integer.MAX_VALUE);
  }
}
