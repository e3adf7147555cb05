package dev.fairlead.proxy.http1;

/** A request's method as far as it matters to a proxy; {@link #OTHER} is any other token. */
public enum Method {
  GET,
  HEAD,
  POST,
  PUT,
  DELETE,
  PATCH,
  OPTIONS,
  TRACE,
  OTHER;

  /** Whether repeating a request changes nothing (RFC 9110 §9.2.2), so that it may be retried. */
  public boolean idempotent() {
    return switch (this) {
      case GET, HEAD, PUT, DELETE, OPTIONS, TRACE -> true;
      case POST, PATCH, OTHER -> false;
    };
  }
}
