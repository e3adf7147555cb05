package dev.fairlead.kubernetes.watch;

import dev.fairlead.balancer.RandomSource;
import java.time.Duration;

/**
 * How long to wait before the API server is asked again: longer after each failure, and never the
 * same for all watchers, so that a server that comes back is not asked by all at once.
 *
 * @param first after the first failure
 * @param longest after many
 * @param absent until a kind that is not installed is looked for again
 */
public record Backoff(Duration first, Duration longest, Duration absent) {
  /** A second is nothing to an operator, half a minute much less than what a cluster survives. */
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(1));

  private static final int MAX_DOUBLINGS = 20;

  /** After so many failures in a row, 0 or more: half of it to all. */
  public Duration after(int failures, RandomSource random) {
    long nanos = first.toNanos() << Math.min(failures, MAX_DOUBLINGS);
    return jittered(Math.min(nanos, longest.toNanos()), random);
  }

  Duration whileAbsent(RandomSource random) {
    return jittered(absent.toNanos(), random);
  }

  private static Duration jittered(long nanos, RandomSource random) {
    return Duration.ofNanos((long) (nanos * (0.5 + random.nextDouble() / 2)));
  }
}
