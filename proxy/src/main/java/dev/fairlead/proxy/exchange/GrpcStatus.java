package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.outcome.Outcome;

/** What gRPC's status codes mean to a proxy. */
final class GrpcStatus {
  /** No status: not gRPC, or an answer that never came to its trailers. */
  static final int NONE = -1;

  static final int OK = 0;
  static final int CANCELLED = 1;
  static final int UNKNOWN = 2;
  static final int DEADLINE_EXCEEDED = 4;
  static final int PERMISSION_DENIED = 7;
  static final int RESOURCE_EXHAUSTED = 8;
  static final int UNIMPLEMENTED = 12;
  static final int INTERNAL = 13;
  static final int UNAVAILABLE = 14;
  static final int DATA_LOSS = 15;
  static final int UNAUTHENTICATED = 16;

  private GrpcStatus() {}

  /** What a status of HTTP is in gRPC (gRPC's "HTTP to gRPC Status Code Mapping"). */
  static int ofHttp(int status) {
    return switch (status) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }

  /** Whether the server is at fault (OpenTelemetry's conventions for gRPC servers). */
  static boolean isServerError(int status) {
    return switch (status) {
      case UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS -> true;
      default -> false;
    };
  }

  /**
   * What the balancer learns of the endpoint. UNAVAILABLE and RESOURCE_EXHAUSTED ask for less load.
   * UNKNOWN is what servers make of an exception, INTERNAL and DATA_LOSS say that something is
   * broken there, and DEADLINE_EXCEEDED that it was too slow: failures. CANCELLED tells of the
   * caller or of a server behind it: nothing. All others answer the question that was asked.
   */
  static Outcome outcome(int status) {
    return switch (status) {
      case CANCELLED -> Outcome.IGNORED;
      case RESOURCE_EXHAUSTED, UNAVAILABLE -> Outcome.OVERLOADED;
      case UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, DATA_LOSS -> Outcome.FAILED;
      default -> status < OK || status > UNAUTHENTICATED ? Outcome.FAILED : Outcome.REPLIED;
    };
  }
}
