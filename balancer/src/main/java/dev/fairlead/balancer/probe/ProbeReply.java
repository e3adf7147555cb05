package dev.fairlead.balancer.probe;

/** What became of one probe. */
public sealed interface ProbeReply {
  /**
   * The endpoint's own words, as the wire had them: whether they make sense the balancer checks.
   *
   * @param inFlight requests in flight at the server, from all its callers
   * @param latencyNanos latency of the requests that it lately completed when about so many were in
   *     flight, such as their median. A server that completed none lately says 0: it is then asked
   *     before others, until it has
   */
  record Answered(long inFlight, double latencyNanos) implements ProbeReply {
    /** Requests in flight at one server that nobody believes. */
    private static final long ABSURD_IN_FLIGHT = 10_000_000;

    /** An hour: longer than what is waited for. */
    private static final double ABSURD_LATENCY_NANOS = 3.6e12;

    /** Whether it can be true; a reply that cannot is dropped and counted. */
    boolean isPlausible() {
      return inFlight >= 0
          && inFlight <= ABSURD_IN_FLIGHT
          && latencyNanos >= 0
          && latencyNanos <= ABSURD_LATENCY_NANOS;
    }
  }

  /** No answer. What was known of the endpoint before is dropped with it. */
  enum Unanswered implements ProbeReply {
    /** No connection, a broken one, or an answer that is none. */
    FAILED,
    TIMED_OUT
  }
}
