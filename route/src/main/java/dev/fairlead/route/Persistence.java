package dev.fairlead.route;

import java.time.Duration;

/**
 * Keeps a client's requests at the endpoint that answered its first one, as long as that is fit for
 * requests, by what the client sends back.
 *
 * @param name of the cookie or header, a token
 * @param absoluteTimeout from a session's first answer to its end; zero: none
 * @param idleTimeout from a session's last answer to its end; zero: none
 * @param permanent whether a cookie survives the browser's own session, until {@code
 *     absoluteTimeout}
 */
public record Persistence(
    Kind kind, String name, Duration absoluteTimeout, Duration idleTimeout, boolean permanent) {
  /** Where a session's id travels. */
  public enum Kind {
    COOKIE,
    HEADER
  }

  public Persistence {
    AffinityNames.checked(name, AffinityNames.TOKEN);
    if (permanent && absoluteTimeout.isZero()) {
      throw new IllegalArgumentException("a permanent cookie needs an absolute timeout");
    }
  }
}
