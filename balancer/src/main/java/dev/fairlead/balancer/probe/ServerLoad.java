package dev.fairlead.balancer.probe;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How loaded a server is, as it says when it is probed: the other end of {@link ProbePool}. A
 * server calls {@link #begin} and {@link #end} around each request, and answers a probe with {@link
 * #answer}, written by {@link LoadField}. Any thread, no lock.
 */
public final class ServerLoad {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final RecentLatencies latencies = new RecentLatencies();

  /**
   * A request came.
   *
   * @return how many others it met, for {@link #end}
   */
  public int begin() {
    return inFlight.getAndIncrement();
  }

  /**
   * A request is done. Called once for each, as {@link #cancelled()} is.
   *
   * @param now nanoseconds of any clock, the same for all
   * @param tookNanos since it came
   * @param met what {@link #begin} returned
   */
  public void end(long now, long tookNanos, int met) {
    inFlight.getAndDecrement();
    latencies.add(now, tookNanos, met);
  }

  /** A request ended in a way that says nothing of how long one takes. */
  public void cancelled() {
    inFlight.getAndDecrement();
  }

  /** What a probe is to be told. */
  public ProbeReply.Answered answer(long now) {
    int current = inFlight.get();
    return new ProbeReply.Answered(current, latencies.medianNanos(now, current));
  }
}
