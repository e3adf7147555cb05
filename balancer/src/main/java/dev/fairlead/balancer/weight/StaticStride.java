package dev.fairlead.balancer.weight;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The static stride scheduler of gRPC (proposal A58): the sequence number is an index and a
 * generation; in generation g the index i is taken if ⌊wᵢ·(g+1)/M⌋ grew over ⌊wᵢ·g/M⌋, M being the
 * largest scaled weight. The heaviest is taken in each generation, so a search ends within one.
 */
final class StaticStride implements WeightedSequence {
  static final int LARGEST = 65_535;
  // Weights that are alike would be taken and skipped in the same generations; half a period apart
  // they alternate.
  private static final int APART = LARGEST / 2;

  private final int[] scaled;
  private final AtomicLong sequence;

  StaticStride(double[] weights, long start) {
    double largest = 0;
    for (double weight : weights) {
      largest = Math.max(largest, weight);
    }
    scaled = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      // A weight above 0 must get something, be it ever so small.
      scaled[i] = (int) Math.max(1, Math.round(weights[i] / largest * LARGEST));
    }
    sequence = new AtomicLong(start);
  }

  @Override
  public int next() {
    while (true) {
      // Without its sign bit the number wraps from 2⁶³−1 to 0, in the middle of a generation: that
      // one is cut short, the next is whole.
      long number = sequence.getAndIncrement() & Long.MAX_VALUE;
      int index = (int) (number % scaled.length);
      long generation = number / scaled.length % LARGEST;
      long weight = scaled[index];
      long phase = (weight * generation + (long) index * APART) % LARGEST;
      if (phase >= LARGEST - weight) {
        return index;
      }
    }
  }
}
