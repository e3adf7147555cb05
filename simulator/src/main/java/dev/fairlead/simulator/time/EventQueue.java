package dev.fairlead.simulator.time;

import java.util.Arrays;

/**
 * The events to come, earliest first: a heap of four children a node over one array of longs, in
 * which the four lie side by side in a cache line. It makes no garbage. Of events at the same time
 * any may come first, but it is always the same one after the same additions.
 */
public final class EventQueue {
  private static final int CHILDREN = 4;

  /** Time and content in turn. */
  private long[] heap = new long[2 * 1024];

  private int size;

  /** Adds an event. */
  public void add(long at, long what) {
    if (2 * size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heap.length);
    }
    int node = size++;
    long[] entries = heap;
    while (node > 0) {
      int parent = (node - 1) / CHILDREN;
      if (entries[2 * parent] <= at) {
        break;
      }
      entries[2 * node] = entries[2 * parent];
      entries[2 * node + 1] = entries[2 * parent + 1];
      node = parent;
    }
    entries[2 * node] = at;
    entries[2 * node + 1] = what;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  /** When the next event is; {@link Long#MAX_VALUE} if there is none. */
  public long nextAt() {
    return size == 0 ? Long.MAX_VALUE : heap[0];
  }

  /**
   * Removes the next event.
   *
   * @return what was added with it
   * @throws IllegalStateException if there is none
   */
  public long take() {
    if (size == 0) {
      throw new IllegalStateException("no event is left");
    }
    long taken = heap[1];
    size--;
    long at = heap[2 * size];
    long what = heap[2 * size + 1];
    sink(at, what);
    return taken;
  }

  /** Puts an entry in from the root down. */
  private void sink(long at, long what) {
    long[] entries = heap;
    int count = size;
    int node = 0;
    while (true) {
      int first = CHILDREN * node + 1;
      if (first >= count) {
        break;
      }
      int least = first;
      long leastAt = entries[2 * first];
      int end = Math.min(first + CHILDREN, count);
      for (int child = first + 1; child < end; child++) {
        long childAt = entries[2 * child];
        if (childAt < leastAt) {
          least = child;
          leastAt = childAt;
        }
      }
      if (leastAt >= at) {
        break;
      }
      entries[2 * node] = leastAt;
      entries[2 * node + 1] = entries[2 * least + 1];
      node = least;
    }
    entries[2 * node] = at;
    entries[2 * node + 1] = what;
  }
}
