package dev.fairlead.balancer.health;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What outlier detection watches of one incarnation of an endpoint. Leases report to it; reports
 * that come after the endpoint left change nothing for others. Any thread, no lock.
 */
public final class EndpointMonitor {
  private static final long ONE_REQUEST = 1L << 32;

  private final Ejector ejector;
  private final String cluster;
  private final AtomicInteger failuresInARow = new AtomicInteger();

  /** Since the last evaluation: requests in the upper half, failures in the lower. */
  private final AtomicLong requestsAndFailures = new AtomicLong();

  private final LatencyMean latency = new LatencyMean();
  private volatile @Nullable Ejection lastEjection;

  EndpointMonitor(Ejector ejector, String cluster) {
    this.ejector = ejector;
    this.cluster = cluster;
  }

  String cluster() {
    return cluster;
  }

  /** A latency sample, nanoseconds; a negative or absurd one is counted and dropped. */
  public void answered(long latencyNanos) {
    if (ejector.policy().latency().isPresent() && !latency.add((double) latencyNanos)) {
      ejector.badSample();
    }
  }

  /**
   * A request ended. Failed connects are no sample: they make an endpoint unreachable, which is
   * outside the cap on ejections, and must not take a place under it.
   */
  public void ended(Outcome outcome, long now) {
    switch (outcome) {
      case IGNORED, CONNECT_FAILED -> {}
      case REPLIED -> {
        if (failuresInARow.get() != 0) {
          failuresInARow.set(0);
        }
        count(ONE_REQUEST);
      }
      case REFUSED, RESET, TIMED_OUT, OVERLOADED, FAILED -> {
        count(ONE_REQUEST + 1);
        failed(now);
      }
    }
  }

  private void failed(long now) {
    int threshold = ejector.policy().consecutiveFailures();
    if (threshold == 0) {
      return;
    }
    // Taken back to 0 by one thread, so that each full row is one attempt at an ejection.
    if (failuresInARow.incrementAndGet() >= threshold && failuresInARow.getAndSet(0) >= threshold) {
      ejector.eject(this, OutlierReason.CONSECUTIVE_FAILURES, now);
    }
  }

  private void count(long requestAndFailure) {
    if (ejector.policy().successRate().isPresent()) {
      requestsAndFailures.getAndAdd(requestAndFailure);
    }
  }

  /** Starts anew. Returns the share that succeeded until now; NaN if there were fewer requests. */
  double takeSuccessRate(int minRequests) {
    long taken = requestsAndFailures.getAndSet(0);
    long requests = taken >>> 32;
    long failures = taken & (ONE_REQUEST - 1);
    return requests == 0 || requests < minRequests ? Double.NaN : 1 - (double) failures / requests;
  }

  /** Starts anew. Returns the mean latency until now, nanoseconds; NaN if too few answered. */
  double takeLatency(int minRequests) {
    return latency.take(minRequests);
  }

  /** The ejection that would follow now. */
  Ejection nextEjection(OutlierDetection.Ejection policy, long now, double uniform) {
    Ejection last = lastEjection;
    long count = 1;
    if (last != null) {
      long livedDown = Math.max(0, now - last.until()) / policy.base().toNanos();
      count += Math.max(0, last.count() - livedDown);
    }
    int counted = (int) Math.min(count, policy.mostCounted());
    return new Ejection(now + policy.nanos(counted, uniform), counted);
  }

  void wasEjected(Ejection ejection) {
    lastEjection = ejection;
  }

  /** What failed before the ejection or during it says nothing of the time after it. */
  void returned() {
    failuresInARow.set(0);
    requestsAndFailures.set(0);
    latency.take(0);
  }

  /** Whether it is ejected now; see {@link Ejector#current()} for a view of all at one moment. */
  public boolean ejected() {
    return ejector.current().contains(this);
  }

  /**
   * @param until when it ends, nanoseconds
   * @param count how many ejections are not yet lived down, with this one
   */
  record Ejection(long until, int count) {}
}
