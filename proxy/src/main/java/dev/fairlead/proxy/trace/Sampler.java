package dev.fairlead.proxy.trace;

/**
 * Which traces are recorded: a ratio of those that begin here, told from the trace id alone, so
 * that everybody with the same ratio chooses the same ones.
 *
 * @param parentBased whether a trace that comes from elsewhere is recorded as its sender says,
 *     whatever the ratio
 * @param ratio of traces, in [0, 1]
 */
public record Sampler(boolean parentBased, double ratio) {
  /** Of a trace id the last seven bytes are random (Trace Context level 2 §2.2.4.2). */
  private static final int RANDOM_BITS = 56;

  public Sampler {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("ratio " + ratio + " is not in [0, 1]");
    }
  }

  /**
   * Whether a trace that begins here is recorded.
   *
   * @param own the ratio of the listener that it begins at; negative: it has none
   */
  boolean samples(long low, double own) {
    double wanted = own >= 0 ? own : ratio;
    return (low & ((1L << RANDOM_BITS) - 1)) < (long) (wanted * (1L << RANDOM_BITS));
  }

  /** Whether a trace that comes from elsewhere is recorded. */
  boolean samples(long low, double own, boolean sampledThere) {
    return parentBased ? sampledThere : samples(low, own);
  }
}
