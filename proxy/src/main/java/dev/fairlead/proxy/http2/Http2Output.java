package dev.fairlead.proxy.http2;

import io.netty.buffer.ByteBuf;

/** Where a connection's frames go. */
public interface Http2Output {
  /** Where small frames are gathered. Not to be kept. */
  ByteBuf buffer();

  /** Writes, behind what was gathered, {@code data}, which is the output's to release. */
  void write(ByteBuf data);

  /** Whether the transport takes more: if not, bodies wait. */
  boolean keepsUp();

  /** Bytes that may wait for the transport now, which are fewer where many wait. */
  int window();

  /** Bytes that were written and that the transport has not taken. */
  long pendingBytes();

  /** Lets out what was written; several calls in a turn of the event loop may be one. */
  void flush();

  /** Closes the transport when what was written is out. */
  void close();
}
