package dev.fairlead.proxy.check;

import java.util.concurrent.atomic.LongAdder;

/** What became of one service's checks; outlives reloads. Any thread. */
public final class CheckCounters {
  private final LongAdder passed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder timedOut = new LongAdder();

  void countPassed() {
    passed.increment();
  }

  void countFailed() {
    failed.increment();
  }

  void countTimedOut() {
    timedOut.increment();
  }

  /** What was counted so far. */
  public Sums sums() {
    return new Sums(passed.sum(), failed.sum(), timedOut.sum());
  }

  /**
   * Cumulative.
   *
   * @param failed but for those that timed out
   */
  public record Sums(long passed, long failed, long timedOut) {}
}
