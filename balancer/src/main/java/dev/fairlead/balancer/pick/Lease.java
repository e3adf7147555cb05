package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.EndpointMonitor;
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

  /** It holds the endpoint's trial. One number for all three keeps a lease at 32 bytes. */
  private static final int TRIAL = 4;

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
  private final long pickedAt;

  @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // Read and written through STATE.
  private volatile int state;

  /** Starts the request: it is in flight from here on. */
  Lease(Candidate candidate, long now, Request request, boolean trial) {
    this.candidate = candidate;
    this.counters = candidate.counters().row(request.trafficClass());
    this.pickedAt = now;
    if (trial) {
      STATE.set(this, TRIAL);
    }
    candidate.statistics().picked(now);
    counters.started();
    PlaceLoad place = candidate.placeLoad();
    if (place != null) {
      place.picked();
    }
  }

  public Endpoint endpoint() {
    return candidate.endpoint();
  }

  /**
   * First byte of the answer (connect for TCP, 101 for WebSocket): ends the latency sample. Only
   * the first call counts, and none after the end.
   */
  public void answered() {
    int before = (int) STATE.getVolatile(this);
    if ((before & (ANSWERED | ENDED)) == 0
        && STATE.compareAndSet(this, before, before | ANSWERED)) {
      long now = candidate.shared().clock().nanos();
      candidate.statistics().answered(now, now - pickedAt, candidate.estimation());
      count(now - pickedAt);
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
   * @param load what the endpoint said of its own load beside the answer
   * @param retryAfterNanos how long the endpoint asked to be left alone; 0 if it did not ask
   */
  public void end(Outcome outcome, LoadReport load, long retryAfterNanos) {
    int before = (int) STATE.getAndBitwiseOr(this, ENDED);
    if ((before & ENDED) != 0) {
      return;
    }
    Shared shared = candidate.shared();
    long now = shared.clock().nanos();
    boolean answered = (before & ANSWERED) != 0;
    if (!answered && outcome == Outcome.REPLIED) {
      candidate.statistics().sampled(now, now - pickedAt, shared.estimation());
      count(now - pickedAt);
    }
    if (!load.equals(LoadReport.NONE)) {
      candidate.statistics().reportedLoad().reported(load, now, shared.weighting());
    }
    candidate
        .statistics()
        .ended(outcome, now, answered, (before & TRIAL) != 0, retryAfterNanos, shared.estimation());
    counters.ended(outcome);
    EndpointMonitor monitor = candidate.monitor();
    if (monitor != null) {
      monitor.ended(outcome, now);
    }
    PlaceLoad place = candidate.placeLoad();
    if (place != null) {
      place.ended();
    }
    ServiceLimits limits = shared.limits();
    if (limits != null) {
      limits.ended(outcome, now - pickedAt, now);
    }
  }

  private void count(long latencyNanos) {
    counters.answered(latencyNanos);
    EndpointMonitor monitor = candidate.monitor();
    if (monitor != null) {
      monitor.answered(latencyNanos);
    }
    PlaceLoad place = candidate.placeLoad();
    if (place != null) {
      place.answered(latencyNanos);
    }
  }
}
