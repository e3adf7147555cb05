package dev.fairlead.proxy.http1;

import java.util.Locale;

/**
 * The rule that a message broke. A request is answered with {@link #status()} and its connection
 * closed; a response is answered with 502 and its connection not reused. {@link #NONE} is no
 * reject: the message is fine.
 */
public enum Reject {
  NONE(0),
  /** Names of the rules below are their metric label, so they must stay. */
  BARE_LF(400),
  BARE_CR(400),
  CONTROL_BYTE(400),
  /** A second empty line before a request; one is tolerated (RFC 9112 §2.2). */
  EMPTY_REQUEST_LINE(400),
  BAD_REQUEST_LINE(400),
  BAD_METHOD(400),
  /** CONNECT: this is a reverse proxy and opens no tunnels. */
  CONNECT(405),
  BAD_VERSION(400),
  /** HTTP/2.0, HTTP/0.9 and other versions that are well formed. */
  UNSUPPORTED_VERSION(505),
  BAD_TARGET(400),
  /**
   * {@code .} or {@code ..} as a segment, also percent-encoded: servers disagree on what it names.
   */
  DOT_SEGMENT(400),
  TARGET_TOO_LONG(414),
  HEAD_TOO_LARGE(431),
  TOO_MANY_HEADERS(431),
  OBS_FOLD(400),
  SPACE_BEFORE_COLON(400),
  NO_COLON(400),
  BAD_HEADER_NAME(400),
  /** White space at an end of a value, where no parser may trim it (RFC 9113 §8.2.1). */
  BAD_HEADER_VALUE(400),
  /** Unknown, repeated, missing, misplaced or empty (RFC 9113 §8.3). */
  BAD_PSEUDO_HEADER(400),
  /** A header of HTTP/1's connections in a protocol that frames by itself (RFC 9113 §8.2.2). */
  CONNECTION_HEADER(400),
  MISSING_HOST(400),
  DUPLICATE_HOST(400),
  BAD_HOST(400),
  /** An absolute target's authority and Host name different places. */
  HOST_MISMATCH(400),
  CL_AND_TE(400),
  DUPLICATE_CL(400),
  BAD_CL(400),
  DUPLICATE_TE(400),
  BAD_TE(400),
  UNKNOWN_TE(501),
  TE_IN_1_0(400),
  UNKNOWN_EXPECT(417),
  /** No digits with a unit, too many of them, or twice. */
  BAD_GRPC_TIMEOUT(400),
  BAD_CHUNK_SIZE(400),
  BAD_CHUNK_EXTENSION(400),
  CHUNK_EXTENSIONS_TOO_LONG(400),
  BAD_CHUNK_END(400),
  TRAILERS_TOO_LARGE(431),
  BODY_CUT_SHORT(400),
  BAD_STATUS_LINE(502),
  /** A 1xx or 204 that announces a body. */
  BODY_NOT_ALLOWED(502),
  /** A 101 that does not say what to. */
  BAD_UPGRADE(502);

  private final int status;
  private final String id;

  Reject(int status) {
    this.status = status;
    this.id = name().toLowerCase(Locale.ROOT);
  }

  /** What a request that broke the rule is answered with. Of a response it is always 502. */
  public int status() {
    return status;
  }

  /** A metric label: {@code cl_and_te}. */
  public String id() {
    return id;
  }
}
