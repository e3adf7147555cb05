package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Writes the framing of a chunked body around data that is forwarded as it is. */
public final class ChunkWriter {
  /** What {@link #chunkStart} writes at most: 8 hex digits and CRLF. */
  public static final int MAX_START = 10;

  private static final short CRLF = '\r' << 8 | '\n';
  private static final byte[] DIGITS = Ascii.bytes("0123456789abcdef");

  private ChunkWriter() {}

  /** {@code size CRLF}, before a chunk's data. {@code size} ≥ 1: 0 would end the body. */
  public static void chunkStart(ByteBuf out, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a chunk of " + size + " bytes");
    }
    for (int shift = (31 - Integer.numberOfLeadingZeros(size)) & ~3; shift >= 0; shift -= 4) {
      out.writeByte(DIGITS[size >>> shift & 15]);
    }
    out.writeShort(CRLF);
  }

  /** The CRLF behind a chunk's data. */
  public static void chunkEnd(ByteBuf out) {
    out.writeShort(CRLF);
  }

  /** The last chunk, the trailers that may be passed on, the end. */
  public static void lastChunk(ByteBuf out, @Nullable TrailerHead trailers) {
    out.writeByte('0');
    out.writeShort(CRLF);
    for (int i = 0; trailers != null && i < trailers.headerCount(); i++) {
      if (trailers.passes(i)) {
        HeadWriter.line(out, trailers, i);
      }
    }
    out.writeShort(CRLF);
  }
}
