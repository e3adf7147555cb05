package dev.fairlead.app.demo;

import java.time.Duration;

/**
 * What befalls the clusters, the same for each policy, in nanoseconds since the load began: one
 * cluster becomes slow for a while, later another one dies and comes back.
 */
record Script(
    long slowFromNanos, long slowUntilNanos, long killNanos, long reviveNanos, long endNanos) {
  static final String SLOW_CLUSTER = "west";
  static final double SLOW_SCALE = 10;
  static final String KILLED_CLUSTER = "central";

  /**
   * Failures of requests intended later than this after the kill are late: by then nothing should
   * go to a dead cluster. The script's scale does not stretch it, since it is how long an operator
   * waits.
   */
  static final long LATE_AFTER_NANOS = 2_000_000_000L;

  /** The script as published takes 40 s; any other duration stretches or shrinks it. */
  static Script lasting(Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("the duration must be positive");
    }
    double second = duration.toNanos() / 40.0;
    return new Script(
        Math.round(8 * second),
        Math.round(20 * second),
        Math.round(26 * second),
        Math.round(34 * second),
        duration.toNanos());
  }

  /** The stretches of the script. */
  enum Phase {
    CALM("all clusters well"),
    SLOW("west ×10 slower"),
    RECOVERED("west well again"),
    KILLED("central killed"),
    REVIVED("central back");

    private final String label;

    Phase(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  Phase phaseAt(long nanos) {
    if (nanos < slowFromNanos) {
      return Phase.CALM;
    } else if (nanos < slowUntilNanos) {
      return Phase.SLOW;
    } else if (nanos < killNanos) {
      return Phase.RECOVERED;
    } else if (nanos < reviveNanos) {
      return Phase.KILLED;
    }
    return Phase.REVIVED;
  }

  boolean late(long intendedNanos) {
    return intendedNanos > killNanos + LATE_AFTER_NANOS;
  }
}
