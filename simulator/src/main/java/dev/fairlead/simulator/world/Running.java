package dev.fairlead.simulator.world;

/**
 * The requests that run in a pod of a machine, the one that ends first before the others. All of
 * them get on at the same pace, so that one number says how far: {@link #work}.
 */
final class Running {
  private final Trip[] heap;
  private int size;

  /** CPU nanoseconds that each request which always ran would have had. */
  double work;

  /** CPU nanoseconds that each gets in a nanosecond. */
  double pace;

  /** CPU nanoseconds that all together had. */
  double cpuNanos;

  Running(int most) {
    heap = new Trip[most];
  }

  int size() {
    return size;
  }

  Trip first() {
    return heap[0];
  }

  void advance(long nanos) {
    work += pace * nanos;
    cpuNanos += pace * nanos * size;
  }

  void add(Trip trip, double cpuNanosNeeded) {
    trip.workEnd = work + cpuNanosNeeded;
    int node = size++;
    while (node > 0) {
      int parent = (node - 1) / 2;
      if (heap[parent].workEnd <= trip.workEnd) {
        break;
      }
      heap[node] = heap[parent];
      node = parent;
    }
    heap[node] = trip;
  }

  Trip removeFirst() {
    Trip first = heap[0];
    Trip moved = heap[--size];
    int node = 0;
    while (true) {
      int child = 2 * node + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1].workEnd < heap[child].workEnd) {
        child++;
      }
      if (heap[child].workEnd >= moved.workEnd) {
        break;
      }
      heap[node] = heap[child];
      node = child;
    }
    heap[node] = moved;
    return first;
  }

  void clear() {
    size = 0;
  }
}
