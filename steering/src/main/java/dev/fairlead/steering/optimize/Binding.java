package dev.fairlead.steering.optimize;

/**
 * A limit that binds: without it the allocation would cost less.
 *
 * @param source whose traffic it is about; empty where it is about all
 * @param destination that it is about; empty where it is about none in particular
 * @param words for a person
 */
public record Binding(Kind kind, String source, String destination, Saving saving, String words) {
  public enum Kind {
    /** A source may use no destination at all. */
    INFEASIBLE,
    /** Demand is turned away. */
    SHED,
    /** A destination gets more than its capacity, since what it gets must not be turned away. */
    OVERLOAD,
    CAPACITY,
    /** The latency ceiling. */
    CEILING,
    RESIDENCY,
    /** Exploration. */
    FLOOR
  }
}
