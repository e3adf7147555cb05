package dev.fairlead.simulator.world;

import java.util.Arrays;

/** How long the last requests took in a pod, and how many it had when each came. */
final class Lately {
  /** So many are remembered: enough to have some of about any number in flight. */
  private static final int REMEMBERED = 64;

  /** So many at least make a median. */
  private static final int ENOUGH = 5;

  private final long[] nanos = new long[REMEMBERED];
  private final int[] inFlight = new int[REMEMBERED];
  private int next;
  private int size;

  void add(long tookNanos, int inFlightThen) {
    nanos[next] = tookNanos;
    inFlight[next] = inFlightThen;
    next = (next + 1) % REMEMBERED;
    size = Math.min(REMEMBERED, size + 1);
  }

  /** The median of those that came when about so many were in flight; 0 if there were none. */
  long medianNanos(int inFlightNow) {
    if (size == 0) {
      return 0;
    }
    long[] near = new long[size];
    int found = 0;
    for (int within = Math.max(1, inFlightNow / 4); found < Math.min(ENOUGH, size); within *= 2) {
      found = 0;
      for (int at = 0; at < size; at++) {
        if (Math.abs(inFlight[at] - inFlightNow) <= within) {
          near[found++] = nanos[at];
        }
      }
    }
    Arrays.sort(near, 0, found);
    return near[found / 2];
  }
}
