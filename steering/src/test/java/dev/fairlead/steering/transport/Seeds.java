package dev.fairlead.steering.transport;

/** The seed of randomised tests: {@code -Dseed=} replays one. */
final class Seeds {
  private Seeds() {}

  static long base() {
    return Long.getLong("seed", 20261121L);
  }
}
