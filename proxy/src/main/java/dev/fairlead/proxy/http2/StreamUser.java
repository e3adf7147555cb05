package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;

/** Whoever uses a stream, and is told what the peer does on it. */
public interface StreamUser {
  /**
   * What the peer's head is to be laid out in: a {@code RequestHead} on the server's side, a {@code
   * ResponseHead} on the client's. It stays the user's.
   */
  Head head();

  /**
   * The head is there; after an interim response another follows.
   *
   * @param end whether it is all
   */
  void headRead(boolean end);

  /**
   * The head breaks a rule. If the stream is not closed the request can be answered, and what
   * follows of it is dropped; else the stream was reset already.
   */
  void rejected(Reject reject);

  /**
   * A piece of the body, which is the user's to release and, as it takes the bytes, to give back by
   * {@link Http2Stream#consumed}.
   *
   * @param data may be empty at the end
   */
  void data(ByteBuf data, boolean end);

  /** The end, with fields that are good for the length of the call. */
  void trailers(TrailerHead trailers);

  /** The stream ended before its time; it is closed. */
  void reset(Cause cause, ErrorCode code);

  /** More may be sent, after {@link Http2Stream#keepsUp} said no. */
  void writable();

  /** What ended a stream before its time. */
  enum Cause {
    /** The peer reset it. */
    PEER,
    /** The peer broke a rule on it, or on the connection. */
    VIOLATION,
    /** The peer closes the connection and has not done anything for it: it may be tried again. */
    NOT_PROCESSED,
    /** The connection is gone. */
    GONE
  }
}
