package dev.fairlead.simulator.law;

import dev.fairlead.balancer.RandomSource;

/**
 * A sequence of random numbers for one purpose (SplitMix64), so that what one part of the
 * simulation draws changes nothing for another. One thread.
 */
public final class RandomStream implements RandomSource {
  private long state;

  /**
   * @param purpose what it is for; another purpose, another sequence
   */
  public RandomStream(long seed, String purpose) {
    long hash = Bits.mix(seed + Bits.STEP);
    for (int at = 0; at < purpose.length(); at++) {
      hash = Bits.mix(hash + Bits.STEP + purpose.charAt(at));
    }
    state = hash;
  }

  @Override
  public long nextLong() {
    state += Bits.STEP;
    return Bits.mix(state);
  }
}
