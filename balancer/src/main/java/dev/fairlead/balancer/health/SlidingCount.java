package dev.fairlead.balancer.health;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often something happened lately, counted by sixteenths of a window in a ring. Nothing expires
 * by a timer: reading adds up what is young enough. Any thread, no lock, fixed size.
 */
final class SlidingCount {
  private static final int SLICES = 16;
  // A power of two above the slices that are summed: the one being reused is never read.
  private static final int RING = 32;
  // A thousand million in a slice; the slices' numbers then last for 34 years of one-second
  // windows.
  private static final int COUNT_BITS = 30;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /** Slice number, then its count. */
  private final AtomicLongArray ring = new AtomicLongArray(RING);

  private final long sliceNanos;

  SlidingCount(long windowNanos) {
    sliceNanos = windowNanos / SLICES;
  }

  /**
   * @param now at least 0
   */
  void add(long now) {
    long slice = now / sliceNanos;
    int at = (int) slice & (RING - 1);
    while (true) {
      long seen = ring.get(at);
      if (seen >>> COUNT_BITS >= slice) {
        ring.getAndIncrement(at); // Of this slice, or by a thread that was held up for a window.
        return;
      }
      if (ring.compareAndSet(at, seen, (slice << COUNT_BITS) | 1)) {
        return;
      }
    }
  }

  /** Undoes an {@link #add} of the same time, unless it is too old to count. */
  void remove(long now) {
    long slice = now / sliceNanos;
    int at = (int) slice & (RING - 1);
    while (true) {
      long seen = ring.get(at);
      if (seen >>> COUNT_BITS < slice || (seen & COUNT_MASK) == 0) {
        return;
      }
      if (ring.compareAndSet(at, seen, seen - 1)) {
        return;
      }
    }
  }

  /** Of the slice of {@code now}, the 16 before it, and any later one. */
  long sum(long now) {
    long newest = now / sliceNanos;
    long sum = 0;
    for (int at = 0; at < RING; at++) {
      long seen = ring.get(at);
      if (newest - (seen >>> COUNT_BITS) <= SLICES) {
        sum += seen & COUNT_MASK;
      }
    }
    return sum;
  }
}
