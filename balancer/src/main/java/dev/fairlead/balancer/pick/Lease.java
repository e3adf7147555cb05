package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;

/**
 * One request in flight on one incarnation of an endpoint. Ended exactly once; a second end is a
 * no-op. Any thread may end it, also after the endpoint left.
 */
public final class Lease implements Pick {
  private final Endpoint endpoint;

  Lease(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** First byte of the answer (connect for TCP, 101 for WebSocket): ends the latency sample. */
  public void answered() {
    throw new AssertionError("contract only");
  }

  /** Counts bytes to and from the endpoint; call before the end, as often as it suits. */
  public void transferred(long bytesSent, long bytesReceived) {
    throw new AssertionError("contract only");
  }

  public void end(Outcome outcome) {
    end(outcome, LoadReport.NONE, 0);
  }

  /**
   * Frees the slot.
   *
   * @param retryAfterNanos how long the endpoint asked to be left alone; 0 if it did not ask
   */
  public void end(Outcome outcome, LoadReport load, long retryAfterNanos) {
    throw new AssertionError("contract only");
  }
}
