package dev.fairlead.simulator;

/** The seed of a test: {@code -Dseed=} or always the same. */
public final class Seeds {
  public static final long SEED = Long.getLong("seed", 42);

  private Seeds() {}

  /** For the description of an assertion. */
  public static String replay() {
    return "replay with -Dseed=" + SEED;
  }
}
