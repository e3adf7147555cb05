package dev.fairlead.balancer.probe;

import java.util.concurrent.atomic.LongAdder;

/** What became of one service's probes; outlives the pools. Any thread. */
public final class ProbeCounters {
  private final LongAdder started = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder timedOut = new LongAdder();
  private final LongAdder implausible = new LongAdder();

  void countStarted() {
    started.increment();
  }

  void countAnswered() {
    answered.increment();
  }

  void countFailed() {
    failed.increment();
  }

  void countTimedOut() {
    timedOut.increment();
  }

  void countImplausible() {
    implausible.increment();
  }

  public long started() {
    return started.sum();
  }

  /** In time, and plausible. */
  public long answered() {
    return answered.sum();
  }

  public long failed() {
    return failed.sum();
  }

  /** Also those whose answer came, but too late. */
  public long timedOut() {
    return timedOut.sum();
  }

  /** Answers dropped because they cannot be true. */
  public long implausible() {
    return implausible.sum();
  }
}
