package dev.fairlead.telemetry.prometheus;

import java.io.Serial;

/** A query without an answer that can be believed: what happened, where, and how to mend it. */
public final class PrometheusException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final Reason reason;

  /** Why there is no answer; a metric's label. */
  public enum Reason {
    /** Nobody listens, the name is unknown, or the connection broke. */
    UNREACHABLE,
    /** No answer in time, by our clock or the server's. */
    TIMEOUT,
    /** The certificate is not believed, or no TLS is spoken there. */
    TLS,
    /** The token is missing, unreadable or not accepted. */
    DENIED,
    /** The server has too much to do. */
    BUSY,
    /** It is something else than Prometheus' API, as a wrong path. */
    NOT_PROMETHEUS,
    /** The query cannot be evaluated. */
    QUERY,
    /** The answer is longer than any that is read. */
    TOO_LARGE,
    /** The answer is no answer to an instant query. */
    MALFORMED,
    /** The server failed. */
    SERVER;

    /** Whether the next query, a moment later, would most likely fare alike. */
    public boolean concernsTheServer() {
      return this != QUERY && this != TOO_LARGE && this != MALFORMED;
    }
  }

  public PrometheusException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
