package dev.fairlead.route;

import java.time.Duration;
import java.util.List;

/**
 * What to do with requests that match.
 *
 * @param matches any of them suffices; at least one
 * @param requestTimeout from the request's head to the answer's end; zero: none
 * @param backendTimeout of one attempt; zero: none
 */
public record Rule(
    List<Match> matches,
    HeaderEdits requestHeaders,
    HeaderEdits responseHeaders,
    Rewrite rewrite,
    Action action,
    Duration requestTimeout,
    Duration backendTimeout) {
  public Rule {
    matches = List.copyOf(matches);
  }
}
