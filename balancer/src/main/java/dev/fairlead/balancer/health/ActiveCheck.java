package dev.fairlead.balancer.health;

import dev.fairlead.balancer.RandomSource;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * What the active check of one endpoint has found. The first result decides at once, as in Envoy:
 * an endpoint of which nothing is known should not wait for a row of results. After that only a row
 * of results to the contrary changes the status. Without a result for the time to live nothing is
 * known again. Who sends the checks takes each by {@link #takeCheck} when {@link #nextCheckAt} has
 * come. Any thread, no lock.
 */
public final class ActiveCheck {
  private static final AtomicReferenceFieldUpdater<ActiveCheck, State> STATE =
      AtomicReferenceFieldUpdater.newUpdater(ActiveCheck.class, State.class, "state");

  /** What is known of the endpoint. */
  public enum Status {
    /** Nothing, or nothing recent: neither a reason to avoid the endpoint nor to trust it. */
    UNKNOWN,
    HEALTHY,
    UNHEALTHY
  }

  private final ActiveCheckPolicy policy;
  private final RandomSource random;
  private volatile State state;

  /**
   * @param now nanoseconds; the first check is due within jitter · interval from then
   */
  public ActiveCheck(ActiveCheckPolicy policy, RandomSource random, long now) {
    this.policy = policy;
    this.random = random;
    long delay = (long) (policy.interval().toNanos() * policy.jitter() * random.nextDouble());
    state = new State(Status.UNKNOWN, 0, 0, now + delay);
  }

  public Status status(long now) {
    return statusOf(state, now);
  }

  /** When the status becomes or became unknown by age; {@link Long#MAX_VALUE} before any result. */
  public long expiresAt() {
    State seen = state;
    return seen.status() == Status.UNKNOWN
        ? Long.MAX_VALUE
        : seen.resultAt() + policy.timeToLive().toNanos();
  }

  public long nextCheckAt() {
    return state.nextCheckAt();
  }

  /** Takes the check if it is due: true for one caller only, who then reports the result. */
  public boolean takeCheck(long now) {
    State seen = state;
    return seen.nextCheckAt() <= now
        && STATE.compareAndSet(this, seen, seen.withNextCheckAt(now + jitteredInterval()));
  }

  /**
   * Reports the result of a check; one that timed out is not ok. The next one is due an interval
   * later.
   *
   * @return whether the status is another than it was right before
   */
  public boolean result(boolean ok, long now) {
    long next = now + jitteredInterval();
    while (true) {
      State seen = state;
      State fresh = after(seen, ok, now, next);
      if (STATE.compareAndSet(this, seen, fresh)) {
        return fresh.status() != statusOf(seen, now);
      }
    }
  }

  private State after(State seen, boolean ok, long now, long next) {
    Status found = ok ? Status.HEALTHY : Status.UNHEALTHY;
    Status known = statusOf(seen, now);
    long resultAt = Math.max(now, seen.resultAt());
    if (known == Status.UNKNOWN || known == found) {
      return new State(found, 0, resultAt, next);
    }
    int contrary = seen.contrary() + 1;
    int threshold = ok ? policy.healthyThreshold() : policy.unhealthyThreshold();
    return contrary >= threshold
        ? new State(found, 0, resultAt, next)
        : new State(known, contrary, resultAt, next);
  }

  private Status statusOf(State seen, long now) {
    return now - seen.resultAt() >= policy.timeToLive().toNanos() ? Status.UNKNOWN : seen.status();
  }

  private long jitteredInterval() {
    double spread = policy.jitter() * (2 * random.nextDouble() - 1);
    return (long) (policy.interval().toNanos() * (1 + spread));
  }

  /**
   * @param contrary results in a row that speak against the status
   * @param resultAt meaningless while the status is unknown
   */
  private record State(Status status, int contrary, long resultAt, long nextCheckAt) {
    State withNextCheckAt(long at) {
      return new State(status, contrary, resultAt, at);
    }
  }
}
