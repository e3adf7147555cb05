package dev.fairlead.balancer;

/** A source of uniformly distributed 64-bit numbers. Safe for any thread. */
@FunctionalInterface
public interface RandomSource {
  long nextLong();

  /** A uniform number in [0, bound); {@code bound} is at least 1. */
  default int below(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** A uniform number in [0, 1). */
  default double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }
}
