package dev.fairlead.proxy;

import dev.fairlead.proxy.http1.BodyReader;
import dev.fairlead.proxy.http1.ChunkWriter;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way: its head, then its body from the client, past what waits until the upstream
 * is there, to the upstream. What was sent is kept as long as it may have to be sent again.
 */
final class Upload {
  /** A body that grew past it is not sent again: no retry is worth more memory. */
  static final int MAX_REPLAY = 64 * 1024;

  /** What is read in order to keep a connection that was answered before its body came. */
  private static final long MAX_DISCARD = 64 * 1024;

  /** A kept piece below it is copied; one of its size holds on to a buffer not much larger. */
  private static final int SMALL = 1024;

  private static final int BLOCK = 8 * 1024;

  private final HeadParser parser;
  private final HeadBytes headBytes;
  private final BodyReader reader = new BodyReader();
  private final ArrayList<ByteBuf> kept = new ArrayList<>();
  private final int window;

  /** The last of {@link #kept} while small pieces may be added to it. */
  private @Nullable ByteBuf block;

  private Framing framing = Framing.NONE;
  private Reject reject = Reject.NONE;
  private long keptBytes;
  private boolean keepsAll;
  private boolean keeping;
  private boolean discarding;
  private boolean ended;
  private @Nullable Outlet out;

  Upload(Loop loop) {
    parser = loop.parser;
    headBytes = new HeadBytes(loop.options.maxHeadBytes());
    window = loop.options.bodyWindow();
  }

  /**
   * Takes bytes of the head up to its end.
   *
   * @return whether it is whole, in {@code head}, or broken as {@link #reject} says
   */
  boolean readHead(ByteBuf in, RequestHead head) {
    boolean whole = headBytes.take(in) >= 0;
    byte[] bytes = headBytes.bytes();
    int length = headBytes.length();
    if (whole) {
      reject = parser.parseRequest(bytes, 0, length, head);
    } else if (headBytes.full()) {
      Reject early = parser.oversize(bytes, 0, length);
      reject = early == Reject.NONE ? Reject.HEAD_TOO_LARGE : early;
    }
    return whole || reject != Reject.NONE;
  }

  void startBody(RequestHead head) {
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
          reject = reader.reject();
          return null;
        }
      }
    }
  }

  /** The rule that the request broke. */
  Reject reject() {
    return reject;
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

  /**
   * Small pieces go together into blocks: each would else hold on to the whole buffer that it was
   * read into, a thousandfold of what is counted.
   */
  private void keep(ByteBuf data) {
    int length = data.readableBytes();
    keptBytes += length;
    if (length >= SMALL) {
      kept.add(data);
      block = null;
      return;
    }
    ByteBuf current = block;
    if (current == null || !current.isWritable(length)) {
      current = data.alloc().buffer(BLOCK, BLOCK);
      kept.add(current);
      block = current;
    }
    current.writeBytes(data);
    data.release();
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
      block = null;
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
    block = null;
    keptBytes = 0;
  }

  /** Whether what is yet to come is worth reading, to keep the connection. */
  boolean discardable(RequestHead head) {
    boolean small = head.contentLength() >= 0 && head.contentLength() <= MAX_DISCARD;
    return ended || (small && !head.expectContinue());
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
    reject = Reject.NONE;
    ended = true;
    headBytes.reset();
  }
}
