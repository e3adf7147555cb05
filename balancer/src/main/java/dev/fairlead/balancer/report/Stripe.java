package dev.fairlead.balancer.report;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.concurrent.atomic.AtomicLongArray;

/** The part of some counts that some threads counted. */
final class Stripe {
  private static final int STARTED = 0;
  private static final int REPLIED = 1;
  private static final int FAILED = 2;
  private static final int IGNORED = 3;
  private static final int SENT = 4;
  private static final int RECEIVED = 5;

  /** Longs in two cache lines before and after: what other stripes count is never in the same. */
  private static final int PADDING = 16;

  private static final int COUNTS = 6;

  private final AtomicLongArray counts = new AtomicLongArray(PADDING + COUNTS + PADDING);
  private final LatencyHistogram latency = new LatencyHistogram();

  void started() {
    counts.getAndIncrement(PADDING + STARTED);
  }

  void ended(Outcome outcome) {
    int which = outcome == Outcome.IGNORED ? IGNORED : outcome.isFailure() ? FAILED : REPLIED;
    counts.getAndIncrement(PADDING + which);
  }

  void transferred(long sent, long received) {
    counts.getAndAdd(PADDING + SENT, sent);
    counts.getAndAdd(PADDING + RECEIVED, received);
  }

  LatencyHistogram latency() {
    return latency;
  }

  long startedCount() {
    return counts.get(PADDING + STARTED);
  }

  long replied() {
    return counts.get(PADDING + REPLIED);
  }

  long failed() {
    return counts.get(PADDING + FAILED);
  }

  long ignored() {
    return counts.get(PADDING + IGNORED);
  }

  long bytesSent() {
    return counts.get(PADDING + SENT);
  }

  long bytesReceived() {
    return counts.get(PADDING + RECEIVED);
  }
}
