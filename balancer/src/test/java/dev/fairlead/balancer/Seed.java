package dev.fairlead.balancer;

import java.util.SplittableRandom;

/** The seed of a test's random numbers: fixed, unless {@code -Dseed=} gives another. */
public final class Seed {
  private static final long DEFAULT = 20_240_611;

  private Seed() {}

  public static long value() {
    String given = System.getProperty("seed", "");
    return given.isEmpty() ? DEFAULT : Long.parseLong(given);
  }

  /** For an assertion's description, so that a failure says how to replay it. */
  public static String replay() {
    return "replay with -Dseed=" + value();
  }

  /** For one thread. */
  public static RandomSource source() {
    return source(0);
  }

  /** For one thread and one of several runs, whose numbers differ. */
  public static RandomSource source(int run) {
    return new SplittableRandom(value() + run)::nextLong;
  }
}
