package dev.fairlead.simulator.law;

import dev.fairlead.simulator.scenario.Traffic;
import java.util.Arrays;

/** Draws affinity keys, the k-th in proportion to k^−skew. */
public final class Zipf {
  private final double[] upTo;

  public Zipf(Traffic.Keys keys) {
    upTo = new double[keys.distinct()];
    double sum = 0;
    for (int at = 0; at < upTo.length; at++) {
      sum += StrictMath.pow(at + 1, -keys.skew());
      upTo[at] = sum;
    }
  }

  /** The hash of the key to which 64 uniform bits lead. */
  public long key(long bits) {
    double wanted = Bits.unit(bits) * upTo[upTo.length - 1];
    int found = Arrays.binarySearch(upTo, wanted);
    int rank = Math.min(upTo.length - 1, found >= 0 ? found + 1 : -found - 1);
    return Bits.mix(rank);
  }
}
