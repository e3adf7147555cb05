package dev.fairlead.route;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to do with requests that match.
 *
 * @param name of the rule in its route; empty for none
 * @param matches any of them suffices; at least one
 * @param mirrors backends that get copies of requests
 * @param requestTimeout from the request's head to the answer's end; zero: none
 * @param backendTimeout of one attempt; zero: none
 * @param retries empty: where that is safe, once
 */
public record Rule(
    String name,
    List<Match> matches,
    HeaderEdits requestHeaders,
    HeaderEdits responseHeaders,
    Rewrite rewrite,
    List<Mirror> mirrors,
    Optional<Cors> cors,
    Action action,
    Duration requestTimeout,
    Duration backendTimeout,
    Optional<Retries> retries,
    Optional<Persistence> persistence) {
  public Rule {
    matches = List.copyOf(matches);
    mirrors = List.copyOf(mirrors);
  }

  /** One without a name, mirrors, CORS, retries of its own, and sessions. */
  public Rule(
      List<Match> matches,
      HeaderEdits requestHeaders,
      HeaderEdits responseHeaders,
      Rewrite rewrite,
      Action action,
      Duration requestTimeout,
      Duration backendTimeout) {
    this(
        "",
        matches,
        requestHeaders,
        responseHeaders,
        rewrite,
        List.of(),
        Optional.empty(),
        action,
        requestTimeout,
        backendTimeout,
        Optional.empty(),
        Optional.empty());
  }
}
