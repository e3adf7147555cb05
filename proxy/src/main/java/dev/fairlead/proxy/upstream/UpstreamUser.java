package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request on an {@link UpstreamStream} and is told of the answer. Called on the loop.
 * Once one of {@link #upstreamConnectFailed}, {@link #upstreamEnded}, {@link #upstreamRejected} and
 * {@link #upstreamClosed} is called, or the stream was given back, nothing follows.
 *
 * <p>Who passes the answer on to somebody else listens to all of it; for who only wants to know how
 * it ends, what has a default is of no interest.
 */
public interface UpstreamUser {
  /** How an answer ended. */
  enum End {
    /** By itself: the connection may serve another request. */
    CLEAN,
    /** With its connection, as the body had no other end. */
    WITH_CONNECTION,
    /** Bytes followed that nobody asked for. */
    WITH_MORE
  }

  /** How far a stream that broke had come. */
  enum Broken {
    /** The upstream says that it does not take the request: it has too many. */
    REFUSED,
    /** The upstream closes its connection and says that it has not begun with the request. */
    UNTOUCHED,
    /** Nothing of an answer had arrived. */
    SILENT,
    MIDWAY;

    /** Whether the upstream has not begun with the request, so that it may be sent again. */
    public boolean untouched() {
      return this == UNTOUCHED || this == REFUSED;
    }
  }

  /** The connection that had to be opened is open. */
  void upstreamConnected();

  /** It could not be opened; it is gone. */
  void upstreamConnectFailed(Throwable cause);

  /** So many bytes arrived, framing included; what they say is told next. */
  default void upstreamReceived(int bytes) {}

  /** A 1xx answer but 101; {@code head} is good for this call. */
  default void upstreamInterim(ResponseHead head) {}

  /**
   * The answer's head is whole; it stays good until the stream is given back. Its body follows as
   * data and end, also where it is empty, but after a 101, which bytes of its protocol follow.
   */
  void upstreamHead(ResponseHead head);

  /** A piece of the body; {@code data} is the user's to release. */
  void upstreamData(ByteBuf data);

  /**
   * The answer is whole.
   *
   * @param trailers good until the stream is given back
   */
  void upstreamEnded(@Nullable TrailerHead trailers, End how);

  /** Bytes after a 101, the user's to release. */
  default void upstreamTunnelled(ByteBuf bytes) {
    bytes.release();
  }

  /** The answer breaks a rule; the rest of it is lost. The stream is yet to be closed. */
  void upstreamRejected(Reject reject);

  /** No more bytes for now: the moment to flush. */
  default void upstreamReadComplete() {}

  /** What waited to be written drained below the window. */
  default void upstreamWritable() {}

  /** The stream broke before the answer was whole; it is gone. */
  void upstreamClosed(Broken when);
}
