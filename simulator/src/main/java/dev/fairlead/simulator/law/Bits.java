package dev.fairlead.simulator.law;

/**
 * Random numbers by number: the same key, the same bits. So what chance has in store for a request
 * does not depend on what came before it, and is the same for all contenders.
 */
public final class Bits {
  /** 2⁶⁴ over the golden ratio, odd: the step of SplitMix64 (Steele, Lea and Flood, 2014). */
  static final long STEP = 0x9E3779B97F4A7C15L;

  private Bits() {}

  /** SplitMix64's finaliser, with Stafford's thirteenth variant of the constants. */
  public static long mix(long key) {
    long bits = (key ^ (key >>> 30)) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
    return bits ^ (bits >>> 31);
  }

  /** The {@code index}-th number of what {@code key} has in store. */
  public static long at(long key, int index) {
    return mix(key + (index + 1) * STEP);
  }

  /** A uniform number of [0, 1). */
  public static double unit(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }
}
