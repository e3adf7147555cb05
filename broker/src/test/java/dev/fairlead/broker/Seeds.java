package dev.fairlead.broker;

/** The seed of randomised tests: {@code -Dseed=} replays one. */
public final class Seeds {
  private Seeds() {}

  public static long base() {
    return Long.getLong("seed", 20261121L);
  }
}
