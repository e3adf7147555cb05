package dev.fairlead.balancer.weight;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One period of a weighted round robin written out, so that a pick is one look-up however uneven
 * the weights are. An index that gets c of L slots stands at (k + φᵢ)·L/c for k in 0…c−1.
 */
final class InterleavedTable implements WeightedSequence {
  /** Slots of a period: as fine as weights are honoured. */
  static final int SLOTS = 65_536;

  // The fractional part of the golden ratio's multiples spreads the phases φᵢ of many light
  // indexes over the period, where a common phase would make them come all in a row.
  private static final double GOLDEN = 0.618_033_988_749_894_9;
  private static final int INDEX_BITS = 22;

  private final int[] table;
  private final AtomicLong sequence;

  InterleavedTable(double[] weights, long start) {
    int[] slots = apportion(weights);
    int length = Arrays.stream(slots).sum();
    long[] order = new long[length];
    int next = 0;
    for (int index = 0; index < slots.length; index++) {
      double phase = (index + 1) * GOLDEN % 1;
      for (int k = 0; k < slots[index]; k++) {
        long position = (long) ((k + phase) / slots[index] * (1L << (62 - INDEX_BITS)));
        order[next++] = (position << INDEX_BITS) | index;
      }
    }
    Arrays.sort(order);
    table = new int[length];
    for (int slot = 0; slot < length; slot++) {
      table[slot] = (int) (order[slot] & ((1 << INDEX_BITS) - 1));
    }
    sequence = new AtomicLong(start);
  }

  /** Whole weights that fit are taken as they are, for an exact period; others are rounded. */
  private static int[] apportion(double[] weights) {
    double sum = 0;
    boolean whole = true;
    for (double weight : weights) {
      sum += weight;
      whole &= weight == Math.rint(weight);
    }
    double scale = whole && sum <= SLOTS ? 1 : SLOTS / sum;
    int[] slots = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      slots[i] = (int) Math.max(1, Math.round(weights[i] * scale));
    }
    return slots;
  }

  @Override
  public int next() {
    return table[(int) ((sequence.getAndIncrement() & Long.MAX_VALUE) % table.length)];
  }
}
