package dev.fairlead.telemetry.query;

/** One thing to ask, with its field in a file of templates. All but ages can be added up. */
public enum Signal {
  /** Seconds since the newest sample of a destination: what no newest sample has is not alive. */
  AGE("age", true),
  /** Requests begun per second; a set without it counts those that ended. */
  STARTED("started", false),
  /** Requests ended per second. */
  ENDED("ended", true),
  /** Those among the ended that failed; no series: none. */
  FAILED("failed", false),
  /** Those among the ended of which nobody can say how they went, as the client went away. */
  IGNORED("ignored", false),
  /** Requests under way; a set without it follows Little's law. */
  IN_FLIGHT("inFlight", false),
  /** Latencies per second at most {@code le}, for each {@code le}. */
  LATENCY("latency", false),
  /** The sum of latencies per second, in the unit of {@code le}. */
  LATENCY_SUM("latencySum", false),
  /** Bytes per second towards a destination. */
  BYTES_SENT("bytesSent", false),
  /** Bytes per second from a destination. */
  BYTES_RECEIVED("bytesReceived", false);

  private final String field;
  private final boolean required;

  Signal(String field, boolean required) {
    this.field = field;
    this.required = required;
  }

  public String field() {
    return field;
  }

  boolean isRequired() {
    return required;
  }
}
