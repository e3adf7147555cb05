package dev.fairlead.simulator.time;

import dev.fairlead.balancer.Ticker;

/** The time of the simulation, nanoseconds since its start. One thread. */
public final class VirtualClock implements Ticker {
  private long now;

  @Override
  public long nanos() {
    return now;
  }

  /** Moves on to the next event's time, which is never before the last one's. */
  public void moveTo(long nanos) {
    if (nanos < now) {
      throw new AssertionError("an event at " + nanos + " ns comes after " + now + " ns");
    }
    now = nanos;
  }
}
