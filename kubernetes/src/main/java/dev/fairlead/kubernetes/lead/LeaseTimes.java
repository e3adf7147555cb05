package dev.fairlead.kubernetes.lead;

import java.time.Duration;

/**
 * How long a leader lock is held without a renewal.
 *
 * @param duration after which, seen from another process, a lock that is not renewed is free
 * @param deadline after which, seen from the holder, it stops writing; so much shorter that a
 *     request in flight ends before another may lead
 * @param retry between two renewals, and between two looks at another's lock
 */
public record LeaseTimes(Duration duration, Duration deadline, Duration retry) {
  /** As Kubernetes' own controllers have it. */
  public static final LeaseTimes DEFAULT =
      new LeaseTimes(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

  public LeaseTimes {
    if (duration.compareTo(deadline) <= 0
        || deadline.compareTo(retry) <= 0
        || retry.isZero()
        || retry.isNegative()) {
      throw new IllegalArgumentException("duration > deadline > retry > 0 must hold");
    }
    if (duration.toSeconds() < 1) {
      throw new IllegalArgumentException("a Lease counts whole seconds: at least 1");
    }
  }
}
