package dev.fairlead.balancer.report;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.concurrent.atomic.LongAdder;

/**
 * Running counts of one destination cluster and class. Any thread; counters do not contend. They
 * outlive the cluster's endpoints, since leases may.
 */
public final class DestinationCounters {
  private final LongAdder started = new LongAdder();
  private final LongAdder replied = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder ignored = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LatencyHistogram latency = new LatencyHistogram();

  public void started() {
    started.increment();
  }

  public void answered(long latencyNanos) {
    latency.record(latencyNanos);
  }

  public void transferred(long sent, long received) {
    if (sent > 0) {
      bytesSent.add(sent);
    }
    if (received > 0) {
      bytesReceived.add(received);
    }
  }

  public void ended(Outcome outcome) {
    if (outcome == Outcome.IGNORED) {
      ignored.increment();
    } else if (outcome.isFailure()) {
      failed.increment();
    } else {
      replied.increment();
    }
  }

  DestinationReport report(String cluster, int trafficClass, int endpoints, int usable) {
    // Ends before starts: what begins meanwhile makes in flight too large for a moment, where the
    // other order could make it negative.
    long hasReplied = replied.sum();
    long hasFailed = failed.sum();
    long hasIgnored = ignored.sum();
    long hasStarted = started.sum();
    long inFlight = Math.max(0, hasStarted - hasReplied - hasFailed - hasIgnored);
    return new DestinationReport(
        cluster,
        trafficClass,
        hasStarted,
        hasReplied,
        hasFailed,
        hasIgnored,
        (int) Math.min(inFlight, Integer.MAX_VALUE),
        bytesSent.sum(),
        bytesReceived.sum(),
        latency.snapshot(),
        endpoints,
        usable);
  }
}
