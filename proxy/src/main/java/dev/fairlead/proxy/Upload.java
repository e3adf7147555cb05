package dev.fairlead.proxy;

import dev.fairlead.proxy.http1.BodyReader;
import dev.fairlead.proxy.http1.ChunkWriter;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way: from the client, past what waits until the upstream is there, to the
 * upstream. What was sent is kept as long as it may have to be sent again.
 */
final class Upload {
  /** A body that grew past it is not sent again: no retry is worth more memory. */
  static final int MAX_REPLAY = 64 * 1024;

  private final BodyReader reader = new BodyReader();
  private final ArrayList<ByteBuf> kept = new ArrayList<>();
  private final int window;
  private Framing framing = Framing.NONE;
  private long keptBytes;
  private boolean keepsAll;
  private boolean keeping;
  private boolean discarding;
  private boolean ended;
  private @Nullable Outlet out;

  Upload(int window) {
    this.window = window;
  }

  void start(RequestHead head) {
    framing = head.framing();
    reader.start(framing, head.contentLength());
    ended = framing == Framing.NONE;
    keepsAll = true;
    keeping = true;
    discarding = false;
  }

  /** All of it arrived. */
  boolean ended() {
    return ended;
  }

  /** Bytes of data that arrived. */
  long bytes() {
    return framing == Framing.NONE ? 0 : reader.bytes();
  }

  /** Whether all that arrived is still here to be sent to another upstream. */
  boolean replayable() {
    return keepsAll;
  }

  /** Whether the client must wait before it sends more. */
  boolean blocked() {
    Outlet to = out;
    return !discarding && (to == null ? keptBytes >= window : !to.keepsUp());
  }

  /**
   * Takes the body's bytes out of {@code in}, which is handed over.
   *
   * @return what is left behind the body's end, handed back; null if nothing is
   */
  @Nullable ByteBuf received(ByteBuf in) {
    ByteBuf rest = in;
    while (true) {
      switch (reader.next(rest)) {
        case DATA -> {
          if (reader.dataLength() == rest.readableBytes()) {
            data(rest);
            rest = Unpooled.EMPTY_BUFFER;
          } else {
            data(rest.readRetainedSlice(reader.dataLength()));
          }
        }
        case NEED_MORE -> {
          rest.release();
          return null;
        }
        case END -> {
          end();
          if (rest.isReadable()) {
            return rest;
          }
          rest.release();
          return null;
        }
        case REJECTED -> {
          rest.release();
          return null;
        }
      }
    }
  }

  /** The rule that the body broke. */
  Reject reject() {
    return reader.reject();
  }

  private void data(ByteBuf data) {
    Outlet to = out;
    if (discarding) {
      data.release();
    } else if (to == null) {
      keep(data);
    } else {
      if (keeping && keptBytes + data.readableBytes() <= MAX_REPLAY) {
        keep(data.retainedDuplicate());
      } else {
        forget();
      }
      write(to, data);
    }
  }

  private void keep(ByteBuf data) {
    keptBytes += data.readableBytes();
    kept.add(data);
  }

  private void write(Outlet to, ByteBuf data) {
    if (framing == Framing.CHUNKED) {
      to.writeChunk(data);
    } else {
      to.write(data);
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    Outlet to = out;
    if (to != null && !discarding) {
      last(to);
    }
  }

  private void last(Outlet to) {
    if (framing == Framing.CHUNKED) {
      ChunkWriter.lastChunk(to.buffer(), reader);
    }
  }

  /**
   * The upstream is there and has its head: sends what waited.
   *
   * @param mayRepeat whether to keep it for another upstream nevertheless
   */
  void attach(Outlet to, boolean mayRepeat) {
    out = to;
    keeping = mayRepeat && keptBytes <= MAX_REPLAY;
    for (ByteBuf data : kept) {
      write(to, keeping ? data.retainedDuplicate() : data);
    }
    if (!keeping) {
      // A body that has not begun to arrive can still go elsewhere as a whole.
      keepsAll = kept.isEmpty();
      kept.clear();
      keptBytes = 0;
    }
    if (ended) {
      last(to);
    }
  }

  /** The upstream is gone; what arrives now waits for the next one. */
  void detach() {
    out = null;
  }

  /** No retry will come. */
  void forget() {
    keeping = false;
    keepsAll = keepsAll && bytes() == 0;
    for (ByteBuf data : kept) {
      data.release();
    }
    kept.clear();
    keptBytes = 0;
  }

  /** Nobody wants the rest; it is read so that the next request can be found behind it. */
  void discard() {
    forget();
    out = null;
    discarding = true;
  }

  void clear() {
    forget();
    out = null;
    framing = Framing.NONE;
    ended = true;
  }
}
