package dev.fairlead.app.demo;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Actions that are due at a time. What is due at one time runs in the order in which it was added,
 * so that a constant delay keeps the order of what it delays. For one thread.
 */
final class DueQueue {
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(
          Comparator.comparingLong(Entry::dueNanos).thenComparingLong(Entry::sequence));
  private long sequence;

  private record Entry(long dueNanos, long sequence, Runnable action) {}

  /** Times are nanoseconds since any fixed moment that makes them positive. */
  void at(long dueNanos, Runnable action) {
    entries.add(new Entry(dueNanos, sequence++, action));
  }

  /** Nanoseconds until the next action, 0 if it is due; {@code Long.MAX_VALUE} if there is none. */
  long untilNext(long nowNanos) {
    Entry next = entries.peek();
    return next == null ? Long.MAX_VALUE : Math.max(0, next.dueNanos - nowNanos);
  }

  /** Runs what is due, also what is added meanwhile and is due at once. */
  void runDue(long nowNanos) {
    for (Entry next = entries.peek();
        next != null && next.dueNanos <= nowNanos;
        next = entries.peek()) {
      entries.remove();
      next.action.run();
    }
  }
}
