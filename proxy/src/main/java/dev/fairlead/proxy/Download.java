package dev.fairlead.proxy;

import dev.fairlead.proxy.http1.BodyReader;
import dev.fairlead.proxy.http1.ChunkWriter;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A response's body on its way from the upstream to the client. */
final class Download {
  /** How far the body is after the bytes that came. */
  enum Progress {
    MORE,
    ENDED,
    /** It ended, and the upstream sent more than that. */
    ENDED_WITH_EXTRA,
    REJECTED
  }

  private final BodyReader reader = new BodyReader();
  private Framing framing = Framing.NONE;

  /**
   * @param clientFraming how the client gets it
   */
  void start(ResponseHead head, Framing clientFraming) {
    framing = clientFraming;
    reader.start(head.framing(), head.contentLength());
  }

  /** How the client gets a body that arrives as {@code head} says. */
  static Framing framingFor(ResponseHead head, int clientMinor) {
    return switch (head.framing()) {
      case NONE, LENGTH -> head.framing();
      case CHUNKED, UNTIL_CLOSE -> clientMinor >= 1 ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
    };
  }

  /** Takes the bytes that came, which are handed over. */
  Progress received(ByteBuf in, Outlet out) {
    ByteBuf rest = in;
    while (true) {
      switch (reader.next(rest)) {
        case DATA -> {
          if (reader.dataLength() == rest.readableBytes()) {
            write(rest, out);
            rest = Unpooled.EMPTY_BUFFER;
          } else {
            write(rest.readRetainedSlice(reader.dataLength()), out);
          }
        }
        case NEED_MORE -> {
          rest.release();
          return Progress.MORE;
        }
        case END -> {
          boolean extra = rest.isReadable();
          rest.release();
          end(out);
          return extra ? Progress.ENDED_WITH_EXTRA : Progress.ENDED;
        }
        case REJECTED -> {
          rest.release();
          return Progress.REJECTED;
        }
      }
    }
  }

  /** The upstream closed: that is the end of some bodies, and cuts others short. */
  Progress inputClosed(Outlet out) {
    if (reader.inputClosed() != BodyReader.Step.END) {
      return Progress.REJECTED;
    }
    end(out);
    return Progress.ENDED;
  }

  private void write(ByteBuf data, Outlet out) {
    if (framing == Framing.CHUNKED) {
      out.writeChunk(data);
    } else {
      out.write(data);
    }
  }

  private void end(Outlet out) {
    if (framing == Framing.CHUNKED) {
      ChunkWriter.lastChunk(out.buffer(), reader);
    }
  }

  long bytes() {
    return reader.bytes();
  }

  Reject reject() {
    return reader.reject();
  }
}
