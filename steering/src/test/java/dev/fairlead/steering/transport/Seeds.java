package dev.fairlead.steering.transport;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The seed of randomised tests: {@code -Dseed=} replays one. */
final class Seeds {
  private Seeds() {}

  static long base() {
    return Long.getLong("seed", 20261121L);
  }

  /** Not {@code java.util.Random}, whose first numbers are alike for seeds in a row. */
  static RandomGenerator random(long seed) {
    return new SplittableRandom(seed);
  }
}
