package dev.fairlead.balancer.outcome;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The last that one incarnation of an endpoint said of its own load, and since when it says
 * anything. What cannot be true is counted and never stored. Any thread, no lock; reading changes
 * nothing. Times are nanoseconds since the balancer was made.
 */
public final class ReportedLoad {
  /** Less is below what a server's CPU accounting resolves, and a weight of a server that lies. */
  static final double LEAST_UTILIZATION = 1e-4;

  /** An application may say that it has more than it can do, but not a hundred times as much. */
  static final double MOST_UTILIZATION = 100;

  /** Requests per second that no single endpoint serves. */
  static final double MOST_RPS = 1e9;

  /**
   * @param since when the reports began of which this is the last
   */
  private record Last(LoadReport load, long at, long since) {}

  private final AtomicReference<@Nullable Last> last = new AtomicReference<>();
  private final LongAdder dropped = new LongAdder();

  /**
   * Allocates one small record, as the report itself was. One in which nothing is said changes
   * nothing.
   */
  public void reported(LoadReport load, long now, LoadWeighting weighting) {
    if (isSilent(load)) {
      return;
    }
    if (!isPlausible(load)) {
      dropped.increment();
      return;
    }
    long expiryNanos = weighting.expiry().toNanos();
    while (true) {
      Last seen = last.get();
      if (seen != null && seen.at() > now) {
        return; // A thread that was held up after it read the clock.
      }
      long since = seen == null || now - seen.at() >= expiryNanos ? now : seen.since();
      if (last.compareAndSet(seen, new Last(load, now, since))) {
        return;
      }
    }
  }

  /**
   * rps / (utilization + eps / rps · penalty): requests per second that it would serve if it were
   * used fully; NaN where unknown, as in the blackout and after the expiry.
   */
  public double weight(long now, LoadWeighting weighting) {
    Last seen = last.get();
    if (seen == null
        || now - seen.at() >= weighting.expiry().toNanos()
        || now - seen.since() < weighting.blackout().toNanos()) {
      return Double.NaN;
    }
    LoadReport load = seen.load();
    double failing = Double.isNaN(load.eps()) ? 0 : load.eps() / load.rps();
    return load.rps() / (load.utilization() + failing * weighting.errorPenalty());
  }

  /** Reports that were dropped because they cannot be true, or say too little for a weight. */
  public long dropped() {
    return dropped.sum();
  }

  private static boolean isSilent(LoadReport load) {
    return Double.isNaN(load.utilization()) && Double.isNaN(load.rps()) && Double.isNaN(load.eps());
  }

  private static boolean isPlausible(LoadReport load) {
    return load.utilization() >= LEAST_UTILIZATION
        && load.utilization() <= MOST_UTILIZATION
        && load.rps() > 0
        && load.rps() <= MOST_RPS
        && (Double.isNaN(load.eps()) || (load.eps() >= 0 && load.eps() <= MOST_RPS));
  }
}
