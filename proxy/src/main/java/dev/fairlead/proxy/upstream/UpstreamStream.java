package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request's place on a connection to an endpoint: all of an HTTP/1 connection for its time.
 * Used by one user on its loop, from {@link #start} until it is given back or gone.
 */
public interface UpstreamStream {
  /**
   * Gives the stream to {@code user}, and opens its connection if it is new.
   *
   * @param request whose answer is awaited; it stays as it is until the stream is given back
   */
  void start(UpstreamUser user, RequestHead request);

  /** Whether a request can be written now; else the user is told when, or of the failure. */
  boolean isOpen();

  /** Whether the connection served an earlier request. */
  boolean isReused();

  /** Whether nothing was going on on it when this request came: it may have been closing then. */
  boolean wasIdle();

  /** What opening the connection took, in nanoseconds: about one round trip. */
  long connectNanos();

  /**
   * Writes the request's head.
   *
   * @return its bytes
   */
  int writeHead(RequestHead head, CompiledRewrite rewrite, CompiledEdits edits, ClientInfo client);

  /** Writes a piece of the request's body, which is the stream's to release. */
  void write(ByteBuf data);

  /** Ends a request that has a body. */
  void writeEnd(@Nullable TrailerHead trailers);

  /** Writes bytes as they are, after a 101. */
  void tunnel(ByteBuf bytes);

  /** Lets out what was written. */
  void flush();

  /** Whether the upstream keeps up with what is written: less than the window waits. */
  boolean keepsUp();

  /** Stops the answer from coming until {@link #resume}. */
  void pause();

  void resume();

  boolean isPaused();

  /** Gives it back with the answer whole and the request sent: its connection may serve another. */
  void release();

  /** Gives it back; a connection that is still opening may be of use to somebody else. */
  void abandon();

  /** Gives it back, and nobody else shall use the connection if it served this request alone. */
  void close();
}
