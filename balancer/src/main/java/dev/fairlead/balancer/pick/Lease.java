package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.DestinationCounters;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One request in flight on one incarnation of an endpoint. Ended exactly once; a second end is a
 * no-op. Any thread may end it, also after the endpoint left.
 */
public final class Lease implements Pick {
  private static final int ANSWERED = 1;
  private static final int ENDED = 2;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Lease.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Candidate candidate;
  private final DestinationCounters counters;
  private final Ticker clock;
  private final long pickedAt;
  private final boolean trial;

  @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // Read and written through STATE.
  private volatile int state;

  /** Starts the request: it is in flight from here on. */
  Lease(Candidate candidate, Ticker clock, long now, Request request, boolean trial) {
    this.candidate = candidate;
    this.counters = candidate.counters().row(request.trafficClass());
    this.clock = clock;
    this.pickedAt = now;
    this.trial = trial;
    candidate.statistics().picked(now);
    counters.started();
  }

  public Endpoint endpoint() {
    return candidate.endpoint();
  }

  /**
   * First byte of the answer (connect for TCP, 101 for WebSocket): ends the latency sample. Only
   * the first call counts, and none after the end.
   */
  public void answered() {
    if (STATE.compareAndSet(this, 0, ANSWERED)) {
      long now = clock.nanos();
      candidate.statistics().answered(now, now - pickedAt, candidate.estimation());
      counters.answered(now - pickedAt);
    }
  }

  /** Counts bytes to and from the endpoint; call before the end, as often as it suits. */
  public void transferred(long bytesSent, long bytesReceived) {
    counters.transferred(bytesSent, bytesReceived);
  }

  public void end(Outcome outcome) {
    end(outcome, LoadReport.NONE, 0);
  }

  /**
   * Frees the slot. A reply for which {@link #answered()} was never called was answered now.
   *
   * @param retryAfterNanos how long the endpoint asked to be left alone; 0 if it did not ask
   */
  public void end(Outcome outcome, LoadReport load, long retryAfterNanos) {
    int before = (int) STATE.getAndBitwiseOr(this, ENDED);
    if ((before & ENDED) != 0) {
      return;
    }
    long now = clock.nanos();
    boolean answered = (before & ANSWERED) != 0;
    if (!answered && outcome == Outcome.REPLIED) {
      candidate.statistics().sampled(now, now - pickedAt, candidate.estimation());
      counters.answered(now - pickedAt);
    }
    candidate
        .statistics()
        .ended(outcome, now, answered, trial, retryAfterNanos, candidate.estimation());
    counters.ended(outcome);
  }
}
