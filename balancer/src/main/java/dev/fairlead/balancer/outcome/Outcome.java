package dev.fairlead.balancer.outcome;

/** How a request ended. */
public enum Outcome {
  /** Answered, and the answer is no failure. */
  REPLIED,
  /** The endpoint refused the stream before doing any work. */
  REFUSED,
  /** No connection could be made: refused, unreachable or timed out. */
  CONNECT_FAILED,
  /** The connection broke before the answer was whole. */
  RESET,
  /** No answer in time. */
  TIMED_OUT,
  /** The endpoint said that it has too much to do: 429, 503, gRPC 8 or 14. */
  OVERLOADED,
  /** Answered with a failure: another 5xx, gRPC 4 or 13. */
  FAILED,
  /** Says nothing of the endpoint, as when the caller went away: no sample. */
  IGNORED;

  public boolean isFailure() {
    return this != REPLIED && this != IGNORED;
  }
}
