package dev.fairlead.balancer.weight;

/**
 * Smooth weighted round robin: an endless sequence of indexes in which each comes as often as its
 * weight says, spread evenly. Threads share it without a lock; each call takes the next element.
 */
public interface WeightedSequence {
  /**
   * The sequence is a stride over the weights as they are until the largest weight is this many
   * times the mean: the stride looks at that many indexes a pick on average.
   */
  int LONGEST_SEARCH = 10;

  int next();

  /**
   * @param weights at least one, each finite and positive; honoured to 1/65 536 of the largest
   * @param start where in the sequence to begin, so that many balancers do not all begin with the
   *     same index; any number
   */
  static WeightedSequence of(double[] weights, long start) {
    double sum = 0;
    double largest = 0;
    for (double weight : weights) {
      if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("weight " + weight + " is not a positive number");
      }
      sum += weight;
      largest = Math.max(largest, weight);
    }
    return largest * weights.length > LONGEST_SEARCH * sum
        ? new InterleavedTable(weights, start)
        : new StaticStride(weights, start);
  }
}
