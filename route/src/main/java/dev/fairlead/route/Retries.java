package dev.fairlead.route;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * When a request is sent again.
 *
 * @param codes answers that are as good as none, beside connections that fail; 400…599
 * @param attempts retries after the first attempt, 0…{@value #MAX_ATTEMPTS}
 * @param backoff the least time between two attempts; empty: the proxy's own
 */
public record Retries(Set<Integer> codes, int attempts, Optional<Duration> backoff) {
  /** Each retry multiplies an overload; a service that needs more has another problem. */
  public static final int MAX_ATTEMPTS = 10;

  public Retries {
    codes = Set.copyOf(codes);
    if (attempts < 0 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException("attempts " + attempts + " outside 0…" + MAX_ATTEMPTS);
    }
  }
}
