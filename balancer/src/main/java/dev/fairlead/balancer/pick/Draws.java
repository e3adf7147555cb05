package dev.fairlead.balancer.pick;

/**
 * How many endpoints a policy compares. Not a method of {@link Algorithm}: its constants are made
 * of records that check themselves, and calling back into it would find them half made.
 */
final class Draws {
  private static final int FEWEST = 2;

  // More find hardly a better one, and cost as much again.
  private static final int MOST = 10;

  private Draws() {}

  static void check(int draws) {
    if (draws < FEWEST || draws > MOST) {
      throw new IllegalArgumentException("draws " + draws + " is outside " + FEWEST + "…" + MOST);
    }
  }
}
