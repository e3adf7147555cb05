package dev.fairlead.simulator.world;

import java.util.Arrays;

/** All trips, by their numbers; those that are over are taken again. */
public final class Trips {
  private Trip[] all = new Trip[0];
  private int[] free = new int[0];
  private int freeCount;

  public Trips() {
    grow(1024);
  }

  private void grow(int size) {
    int before = all.length;
    all = Arrays.copyOf(all, size);
    free = Arrays.copyOf(free, size);
    for (int index = size - 1; index >= before; index--) {
      all[index] = new Trip(index);
      free[freeCount++] = index;
    }
  }

  public Trip get(int index) {
    return all[index];
  }

  /** All there are, in use or free. */
  public int size() {
    return all.length;
  }

  public int inUse() {
    return all.length - freeCount;
  }

  /** One that is free, with nothing of its last life but its numbers. */
  public Trip take() {
    if (freeCount == 0) {
      grow(2 * all.length);
    }
    Trip trip = all[free[--freeCount]];
    trip.state = Trip.State.TRAVELLING;
    return trip;
  }

  public void release(Trip trip) {
    trip.state = Trip.State.FREE;
    trip.life++;
    trip.step++;
    trip.lease = null;
    trip.pod = null;
    trip.parent = null;
    trip.attempts = 0;
    trip.shed = false;
    trip.abandoned = false;
    trip.nextCall = 0;
    trip.callsLeft = 0;
    trip.callsPending = 0;
    free[freeCount++] = trip.index;
  }
}
