package dev.fairlead.balancer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when a test says so; begins below zero, as a real ticker may. */
public final class FakeTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong(-1_000_000_000_000L);

  @Override
  public long nanos() {
    return nanos.get();
  }

  public void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  public void advanceNanos(long by) {
    nanos.addAndGet(by);
  }
}
