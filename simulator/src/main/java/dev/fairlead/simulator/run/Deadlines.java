package dev.fairlead.simulator.run;

import dev.fairlead.simulator.world.Agenda;
import dev.fairlead.simulator.world.Trip;
import dev.fairlead.simulator.world.Trips;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one service's requests. All of them have the same time, so that they are due in
 * the order in which they began: a ring takes the place of a timer each, and those that ended are
 * dropped as they come to its front.
 */
final class Deadlines {
  private final Agenda agenda;
  private final Trips trips;
  private final int service;
  private final long allowed;

  /** Due time and trip in turn. */
  private long[] ring = new long[2 * 1024];

  private long head;
  private long tail;
  private boolean scheduled;

  /**
   * @param allowed nanoseconds
   */
  Deadlines(Agenda agenda, Trips trips, int service, long allowed) {
    this.agenda = agenda;
    this.trips = trips;
    this.service = service;
    this.allowed = allowed;
  }

  /** The trip begins now. */
  void add(Trip trip) {
    dropEnded();
    if (2 * (tail - head) == ring.length) {
      grow();
    }
    int at = at(tail++);
    ring[at] = agenda.now() + allowed;
    ring[at + 1] = (long) trip.life << 32 | trip.index;
    schedule();
  }

  private int at(long position) {
    return (int) (2 * position) & (ring.length - 1);
  }

  private void grow() {
    long[] larger = new long[2 * ring.length];
    int count = (int) (tail - head);
    for (int each = 0; each < count; each++) {
      larger[2 * each] = ring[at(head + each)];
      larger[2 * each + 1] = ring[at(head + each) + 1];
    }
    ring = larger;
    head = 0;
    tail = count;
  }

  private void dropEnded() {
    while (head < tail && live(ring[at(head) + 1]) == null) {
      head++;
    }
  }

  private @Nullable Trip live(long packed) {
    Trip trip = trips.get((int) packed);
    return trip.life == (int) (packed >>> 32) && !trip.abandoned ? trip : null;
  }

  private void schedule() {
    if (!scheduled && head < tail) {
      scheduled = true;
      agenda.add(ring[at(head)], Agenda.Kind.DEADLINE, 0, service);
    }
  }

  /** The event came; now {@link #due} is to be called until there is none. */
  void event() {
    scheduled = false;
  }

  /** One that is overdue now. */
  @Nullable Trip due() {
    dropEnded();
    if (head < tail && ring[at(head)] <= agenda.now()) {
      return live(ring[at(head++) + 1]);
    }
    schedule();
    return null;
  }
}
