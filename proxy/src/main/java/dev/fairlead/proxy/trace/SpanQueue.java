package dev.fairlead.proxy.trace;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Finished spans between the event loop that makes them and the one thread that takes them out. */
final class SpanQueue {
  private final AtomicReferenceArray<@Nullable Span> slots;
  private final AtomicLong dropped = new AtomicLong();

  /** Of the event loop. */
  private long added;

  /** Of whoever takes out. */
  private long taken;

  SpanQueue(int capacity) {
    slots = new AtomicReferenceArray<>(capacity);
  }

  /**
   * On the event loop; counts the span as lost if there is no room.
   *
   * @return whether the queue is now half full, so that it should be emptied soon
   */
  boolean add(Span span) {
    int capacity = slots.length();
    int at = (int) (added % capacity);
    if (slots.getAcquire(at) != null) {
      dropped.setOpaque(dropped.getPlain() + 1);
      return false;
    }
    slots.setRelease(at, span);
    added++;
    return added % (capacity / 2) == 0;
  }

  /** Null if nothing waits. By one thread at a time. */
  @Nullable Span poll() {
    int at = (int) (taken % slots.length());
    Span span = slots.getAcquire(at);
    if (span != null) {
      slots.setRelease(at, null);
      taken++;
    }
    return span;
  }

  long dropped() {
    return dropped.getOpaque();
  }
}
