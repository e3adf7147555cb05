package dev.fairlead.balancer.health;

import java.time.Duration;

/** Bounds of this package's policies; each failure names the field and what it may be. */
final class Checks {
  /** A century: longer times would overflow when they are added to one another. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Checks() {}

  static void positive(String name, Duration value) {
    if (!value.isPositive() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " " + value + " is not in (0, 36500 d]");
    }
  }

  static void notNegative(String name, Duration value) {
    if (value.isNegative() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " " + value + " is not in [0, 36500 d]");
    }
  }

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " " + value + " is not at least " + least);
    }
  }

  /** Also refuses NaN. */
  static void range(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + " " + value + " is not in [" + least + ", " + most + "]");
    }
  }
}
