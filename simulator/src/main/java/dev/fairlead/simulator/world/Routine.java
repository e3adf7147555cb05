package dev.fairlead.simulator.world;

/** Something that happens at times which it knows: a fault, a look of an autoscaler, a period. */
@FunctionalInterface
public interface Routine {
  /** There is no next time. */
  long NEVER = Long.MAX_VALUE;

  /**
   * Does what is due.
   *
   * @return when something is due next, or {@link #NEVER}
   */
  long run(long now);
}
