package dev.fairlead.proxy.http2;

import org.jspecify.annotations.Nullable;

/** Whoever holds a connection, and is told what concerns all of it. */
public interface Http2Owner {
  /**
   * The client begins a request.
   *
   * @return its user; null refuses it, so that the client may try it elsewhere
   */
  @Nullable StreamUser accept(Http2Stream stream);

  /** The peer broke a rule, by which one stream or all of the connection ends: to be counted. */
  void violated(Violation rule);

  /** The peer takes no new streams: this connection is not for new requests. */
  void goAway(ErrorCode code);

  /** A request may be begun, after {@link Http2Connection#canOpen} said no. */
  void opens();
}
