package dev.fairlead.balancer.report;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;

/**
 * Running counts of one destination cluster and class. Any thread, no lock: threads count in
 * stripes of their own, so that they seldom contend, and a report adds the stripes up. They outlive
 * the cluster's endpoints, since leases may.
 */
public final class DestinationCounters {
  /** A power of two: about one for each thread that runs at a time, 4 KiB each once it is used. */
  private static final int STRIPES =
      Integer.highestOneBit(Math.clamp(2L * Runtime.getRuntime().availableProcessors() - 1, 1, 16));

  private final AtomicReferenceArray<Stripe> stripes = new AtomicReferenceArray<>(STRIPES);

  public void started() {
    stripe().started();
  }

  public void answered(long latencyNanos) {
    stripe().latency().record(latencyNanos);
  }

  public void transferred(long sent, long received) {
    stripe().transferred(Math.max(0, sent), Math.max(0, received));
  }

  public void ended(Outcome outcome) {
    stripe().ended(outcome);
  }

  private Stripe stripe() {
    int at = (int) Thread.currentThread().threadId() & (STRIPES - 1);
    Stripe stripe = stripes.get(at);
    if (stripe != null) {
      return stripe;
    }
    stripes.compareAndSet(at, null, new Stripe());
    return stripes.get(at);
  }

  private long sum(ToLongFunction<Stripe> count) {
    long sum = 0;
    for (int at = 0; at < STRIPES; at++) {
      Stripe stripe = stripes.get(at);
      if (stripe != null) {
        sum += count.applyAsLong(stripe);
      }
    }
    return sum;
  }

  private LatencySnapshot latency() {
    LatencySnapshot latency = LatencySnapshot.EMPTY;
    for (int at = 0; at < STRIPES; at++) {
      Stripe stripe = stripes.get(at);
      if (stripe != null) {
        latency = latency.plus(stripe.latency().snapshot());
      }
    }
    return latency;
  }

  DestinationReport report(String cluster, int trafficClass, int endpoints, int usable) {
    // Ends before starts: what begins meanwhile makes in flight too large for a moment, where the
    // other order could make it negative.
    long replied = sum(Stripe::replied);
    long failed = sum(Stripe::failed);
    long ignored = sum(Stripe::ignored);
    long started = sum(Stripe::startedCount);
    long inFlight = Math.max(0, started - replied - failed - ignored);
    return new DestinationReport(
        cluster,
        trafficClass,
        started,
        replied,
        failed,
        ignored,
        (int) Math.min(inFlight, Integer.MAX_VALUE),
        sum(Stripe::bytesSent),
        sum(Stripe::bytesReceived),
        latency(),
        endpoints,
        usable);
  }
}
