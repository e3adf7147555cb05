package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;

/**
 * Which endpoints a request may go to, from the strictest on: a pick that finds nothing goes on to
 * the next, because a second attempt or a disregarded wish for rest is better than a refusal.
 */
enum Admission {
  /**
   * As {@link #FRESH}, and those in a cluster that this request has tried stay out too: what broke
   * one endpoint has often broken its neighbours, and there is one retry.
   */
  ELSEWHERE,
  /** Those that rest by Retry-After and those that this request has tried stay out. */
  FRESH,
  /** Those that this request has tried are in. */
  TRIED,
  /** Those that rest by Retry-After are in as well. */
  RESTING;

  boolean admits(Candidate candidate, Request request, long now) {
    return candidate.statistics().reachable()
        && (this == RESTING || !candidate.statistics().gated(now))
        && inSubset(candidate, request)
        && untried(candidate.endpoint(), request);
  }

  private boolean untried(Endpoint endpoint, Request request) {
    return switch (this) {
      case ELSEWHERE -> !request.triedIn(endpoint.cluster()) && !request.tried(endpoint);
      case FRESH -> !request.tried(endpoint);
      case TRIED, RESTING -> true;
    };
  }

  static boolean inSubset(Candidate candidate, Request request) {
    return request.subset().isEmpty() || candidate.endpoint().labels().contains(request.subset());
  }
}
