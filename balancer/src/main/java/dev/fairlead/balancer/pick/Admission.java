package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of one pool to which a request may go at one stage. Made whenever health has
 * changed, so that a pick asks one bit for it and not each candidate.
 */
final class Admission {
  private final Stage stage;
  private final Candidate[] candidates;

  /** A bit for each candidate; null where all are members, which is the usual case. */
  private final long @Nullable [] members;

  private final double weight;
  private final int limit;

  /**
   * @param weight of the members together
   * @param limit of requests in flight for each endpoint
   */
  Admission(
      Stage stage, Candidate[] candidates, long @Nullable [] members, double weight, int limit) {
    this.stage = stage;
    this.candidates = candidates;
    this.members = members;
    this.weight = weight;
    this.limit = limit;
  }

  /** All of these candidates, by what the request and Retry-After say alone. */
  static Admission all(Stage stage, Candidate[] candidates) {
    double weight = 0;
    for (Candidate candidate : candidates) {
      weight += candidate.weight();
    }
    return new Admission(stage, candidates, null, weight, Integer.MAX_VALUE);
  }

  boolean admits(int index, Request request, long now) {
    if (!isMember(index)) {
      return false;
    }
    Candidate candidate = candidates[index];
    return (stage == Stage.RESTING || !candidate.statistics().gated(now))
        && !isFull(candidate)
        && inSubset(candidate, request)
        && untried(candidate.endpoint(), request);
  }

  /** Weight of the members, whatever the request is. */
  double weight() {
    return weight;
  }

  /** Whether it may be admitted, whatever the request is. */
  boolean isMember(int index) {
    return members == null || (members[index >> 6] & (1L << index)) != 0;
  }

  private boolean isFull(Candidate candidate) {
    return limit != Integer.MAX_VALUE && candidate.statistics().inFlight() >= limit;
  }

  private boolean untried(Endpoint endpoint, Request request) {
    return switch (stage) {
      case ELSEWHERE -> !request.triedIn(endpoint.cluster()) && !request.tried(endpoint);
      case FRESH -> !request.tried(endpoint);
      case TRIED, RESTING -> true;
    };
  }

  static boolean inSubset(Candidate candidate, Request request) {
    return request.subset().isEmpty() || candidate.endpoint().labels().contains(request.subset());
  }
}
