package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;

/** Writes the framing of a chunked body around data that is forwarded as it is. */
public final class ChunkWriter {
  /** What {@link #chunkStart} writes at most: 8 hex digits and CRLF. */
  public static final int MAX_START = 10;

  private ChunkWriter() {}

  /** {@code size CRLF}, before a chunk's data. {@code size} ≥ 1: 0 would end the body. */
  public static void chunkStart(ByteBuf out, int size) {
    throw new AssertionError("to come");
  }

  /** The CRLF behind a chunk's data. */
  public static void chunkEnd(ByteBuf out) {
    throw new AssertionError("to come");
  }

  /** The last chunk, the trailers that {@code body} received and that may be passed on, the end. */
  public static void lastChunk(ByteBuf out, BodyReader body) {
    throw new AssertionError("to come");
  }
}
