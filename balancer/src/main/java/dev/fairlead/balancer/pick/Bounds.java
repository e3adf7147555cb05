package dev.fairlead.balancer.pick;

import java.util.OptionalDouble;

/**
 * What the numbers of algorithms may be. Not methods of {@link Algorithm}: its constants are made
 * of records that check themselves, and calling back into it would find them half made.
 */
final class Bounds {
  private static final int FEWEST_DRAWS = 2;

  // More find hardly a better one, and cost as much again.
  private static final int MOST_DRAWS = 10;

  private Bounds() {}

  static void checkDraws(int draws) {
    if (draws < FEWEST_DRAWS || draws > MOST_DRAWS) {
      throw new IllegalArgumentException(
          "draws " + draws + " is outside " + FEWEST_DRAWS + "…" + MOST_DRAWS);
    }
  }

  /** With c ≤ 1 there would not be room for all requests. */
  static void checkLoad(OptionalDouble bound) {
    double c = bound.orElse(2);
    if (!(c > 1) || c == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("bound " + c + " is not a number above 1");
    }
  }
}
