package dev.fairlead.simulator.world;

import dev.fairlead.simulator.time.EventQueue;
import dev.fairlead.simulator.time.VirtualClock;

/**
 * What is going to happen: events of a kind and a subject in the order of their times, and the
 * clock that they move. A subject whose event no longer matters changes its step: the event then
 * finds another.
 */
public final class Agenda {
  private static final int KIND_SHIFT = 56;
  private static final int STEP_SHIFT = 32;
  private static final int STEP_MASK = 0xFFFFFF;

  private final EventQueue queue = new EventQueue();
  private final VirtualClock clock = new VirtualClock();

  /** What happens. */
  public enum Kind {
    /** A stream of traffic sends its next request. */
    ARRIVAL,
    /** A user has thought enough. */
    USER,
    /** A request reaches its pod. */
    REACHES_POD,
    /** A pod is done with a request. */
    DONE,
    /** A caller learns the first of an answer. */
    FIRST_BYTE,
    /** A caller has the whole answer, or learns that there will be none. */
    ENDS,
    /** The oldest request of a service is overdue. */
    DEADLINE,
    /** Something that happens at times known beforehand: see {@link Routine}. */
    ROUTINE,
    /** A probe reaches its pod or comes back. */
    PROBE,
    /** A machine's pods are next to be done with something, or its antagonists change. */
    MACHINE
  }

  /** Enum constants by their number, without a copy for each event. */
  private static final Kind[] KINDS = Kind.values();

  /** The clock that the events move. */
  public VirtualClock clock() {
    return clock;
  }

  public long now() {
    return clock.nanos();
  }

  /** Events that are still to come. */
  public int size() {
    return queue.size();
  }

  /**
   * @param step of the subject; its lower 24 bits count
   * @param subject by its number, ≥ 0
   */
  public void add(long at, Kind kind, int step, int subject) {
    queue.add(at, code(kind) << KIND_SHIFT | (long) (step & STEP_MASK) << STEP_SHIFT | subject);
  }

  @SuppressWarnings("EnumOrdinal") // The number lives for a run only.
  private static long code(Kind kind) {
    return kind.ordinal();
  }

  /** When the next event is; {@link Long#MAX_VALUE} if there is none. */
  public long nextAt() {
    return queue.nextAt();
  }

  /** Moves the clock to the next event and returns it, packed. */
  public long take() {
    clock.moveTo(queue.nextAt());
    return queue.take();
  }

  public static Kind kind(long event) {
    return KINDS[(int) (event >>> KIND_SHIFT)];
  }

  /** Whether an event is of a subject's present step. */
  public static boolean isOf(long event, int step) {
    return ((int) (event >>> STEP_SHIFT) & STEP_MASK) == (step & STEP_MASK);
  }

  public static int subject(long event) {
    return (int) event;
  }
}
