package dev.fairlead.proxy.http1;

import dev.fairlead.proxy.loop.Outlet;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Writes one body after the other to an outlet, each in its framing. */
public final class BodyWriter {
  private final Outlet out;
  private Framing framing = Framing.NONE;

  public BodyWriter(Outlet out) {
    this.out = out;
  }

  /** Begins a body; its head, which says the same, is the caller's to write. */
  public void start(Framing as) {
    framing = as;
  }

  /** Writes a piece, which is released. */
  public void write(ByteBuf data) {
    if (framing == Framing.CHUNKED) {
      ChunkWriter.chunkStart(out.buffer(), data.readableBytes());
      out.write(data);
      ChunkWriter.chunkEnd(out.buffer());
    } else {
      out.write(data);
    }
  }

  /** Ends the body, where the framing has an end to be written. */
  public void end(@Nullable TrailerHead trailers) {
    if (framing == Framing.CHUNKED) {
      ChunkWriter.lastChunk(out.buffer(), trailers);
    }
  }
}
