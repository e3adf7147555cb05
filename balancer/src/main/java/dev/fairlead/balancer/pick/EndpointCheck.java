package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.ActiveCheck;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The active check of one endpoint, for whoever sends the checks. Any thread. It may be used after
 * the endpoint left; then it changes nothing.
 */
public final class EndpointCheck {
  private final Endpoint endpoint;
  private final ActiveCheck check;
  private final Ticker clock;
  private final AtomicInteger transitions;

  EndpointCheck(Endpoint endpoint, ActiveCheck check, Ticker clock, AtomicInteger transitions) {
    this.endpoint = endpoint;
    this.check = check;
    this.clock = clock;
    this.transitions = transitions;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** How long from now until the next check is due, nanoseconds; at most 0 if it is. */
  public long dueInNanos() {
    return check.nextCheckAt() - clock.nanos();
  }

  /** Takes the check if it is due: true for one caller only, who then {@link #report}s. */
  public boolean take() {
    return check.takeCheck(clock.nanos());
  }

  /** Whether the endpoint is kept from requests by what was reported. */
  public boolean unhealthy() {
    return check.status(clock.nanos()) == ActiveCheck.Status.UNHEALTHY;
  }

  /**
   * Reports the result of a check; one that timed out is not ok.
   *
   * @return whether the endpoint's status is another by it
   */
  public boolean report(boolean ok) {
    boolean changed = check.result(ok, clock.nanos());
    if (changed) {
      transitions.getAndIncrement();
    }
    return changed;
  }
}
