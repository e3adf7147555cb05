package dev.fairlead.balancer.probe;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One probe on its way; takes its first reply only. */
final class Probe implements Consumer<ProbeReply> {
  private final ProbePool pool;
  private final int target;
  private final long sequence;
  private final long startedAt;
  private final long timeoutNanos;
  private final int budget;
  private final AtomicBoolean replied = new AtomicBoolean();

  /**
   * @param budget how many requests its answer may lead
   */
  Probe(ProbePool pool, int target, long sequence, long startedAt, long timeoutNanos, int budget) {
    this.pool = pool;
    this.target = target;
    this.sequence = sequence;
    this.startedAt = startedAt;
    this.timeoutNanos = timeoutNanos;
    this.budget = budget;
  }

  @Override
  public void accept(ProbeReply reply) {
    if (replied.compareAndSet(false, true)) {
      pool.replied(this, reply);
    }
  }

  int target() {
    return target;
  }

  long sequence() {
    return sequence;
  }

  long startedAt() {
    return startedAt;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  int budget() {
    return budget;
  }
}
