package dev.fairlead.simulator.world;

import dev.fairlead.balancer.report.ClusterCounters;
import org.jspecify.annotations.Nullable;

/** A pod's queue: the highest class first, each class in the order of its arrival. */
final class Waiting {
  private final @Nullable Trip[] first = new Trip[ClusterCounters.CLASSES];
  private final @Nullable Trip[] last = new Trip[ClusterCounters.CLASSES];

  /** A bit for each class that waits. */
  private int classes;

  private int size;

  int size() {
    return size;
  }

  void add(Trip trip) {
    int at = trip.trafficClass;
    Trip before = last[at];
    trip.previous = before;
    trip.next = null;
    if (before == null) {
      first[at] = trip;
    } else {
      before.next = trip;
    }
    last[at] = trip;
    classes |= 1 << at;
    size++;
    trip.state = Trip.State.WAITING;
  }

  /** Takes out the one whose turn it is; null if none waits. */
  @Nullable Trip next() {
    if (size == 0) {
      return null;
    }
    Trip trip = first[31 - Integer.numberOfLeadingZeros(classes)];
    if (trip != null) {
      remove(trip);
    }
    return trip;
  }

  /**
   * Takes out the latest of the lowest class, if that is below {@code trafficClass}: null if none
   * is.
   */
  @Nullable Trip evictBelow(int trafficClass) {
    int lowest = Integer.numberOfTrailingZeros(classes);
    if (size == 0 || lowest >= trafficClass) {
      return null;
    }
    Trip trip = last[lowest];
    if (trip != null) {
      remove(trip);
    }
    return trip;
  }

  private void remove(Trip trip) {
    int at = trip.trafficClass;
    Trip before = trip.previous;
    Trip after = trip.next;
    if (before == null) {
      first[at] = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last[at] = before;
    } else {
      after.previous = before;
    }
    if (first[at] == null) {
      classes &= ~(1 << at);
    }
    trip.previous = null;
    trip.next = null;
    size--;
  }

  void clear() {
    while (next() != null) {
      // Each is unlinked, since it will be used again.
    }
  }
}
