package dev.fairlead.proxy.upstream;

import io.netty.buffer.ByteBuf;

/** Who has an upstream connection to itself for the time of one attempt. Called on the loop. */
public interface UpstreamUser {
  /** The connection that had to be opened is open. */
  void upstreamConnected();

  /** It could not be opened; it is gone. */
  void upstreamConnectFailed(Throwable cause);

  /** Bytes arrived; {@code in} is the user's to release. */
  void upstreamRead(ByteBuf in);

  /** No more bytes for now: the moment to flush. */
  void upstreamReadComplete();

  /** What waited to be written drained below the window. */
  void upstreamWritable();

  /** The connection closed or broke while the user had it; it is gone. */
  void upstreamClosed();
}
