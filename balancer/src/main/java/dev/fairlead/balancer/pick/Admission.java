package dev.fairlead.balancer.pick;

/**
 * Which endpoints a request may go to, from the strictest on: a pick that finds nothing goes on to
 * the next, because a second attempt or a disregarded wish for rest is better than a refusal.
 */
enum Admission {
  /** Those that rest by Retry-After and those that this request has tried stay out. */
  FRESH,
  /** Those that this request has tried are in. */
  TRIED,
  /** Those that rest by Retry-After are in as well. */
  RESTING;

  private static final Admission[] IN_ORDER = values();

  /** Without the copy that {@link #values()} makes. */
  static int count() {
    return IN_ORDER.length;
  }

  static Admission at(int step) {
    return IN_ORDER[step];
  }

  boolean admits(Candidate candidate, Request request, long now) {
    return candidate.statistics().reachable()
        && (this == RESTING || !candidate.statistics().gated(now))
        && inSubset(candidate, request)
        && (this != FRESH || !request.tried(candidate.endpoint()));
  }

  static boolean inSubset(Candidate candidate, Request request) {
    return request.subset().isEmpty() || candidate.endpoint().labels().contains(request.subset());
  }
}
