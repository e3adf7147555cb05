package dev.fairlead.proxy.exchange;

import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way from the client, past what waits until the upstream is there, to the
 * upstream. What was sent is kept as long as it may have to be sent again.
 */
final class Upload {
  /** A body that grew past it is not sent again: no retry is worth more memory. */
  static final int MAX_REPLAY = 64 * 1024;

  /** What is read in order to keep a connection that was answered before its body came. */
  private static final long MAX_DISCARD = 64 * 1024;

  /** A kept piece below it is copied; one of its size holds on to a buffer not much larger. */
  private static final int SMALL = 1024;

  private static final int BLOCK = 8 * 1024;

  private final ArrayList<ByteBuf> kept = new ArrayList<>();
  private final int window;

  /** The last of {@link #kept} while small pieces may be added to it. */
  private @Nullable ByteBuf block;

  private @Nullable TrailerHead trailers;
  private long bytes;
  private long keptBytes;
  private boolean hasBody;
  private boolean keepsAll;
  private boolean keeping;
  private boolean discarding;
  private boolean ended = true;
  private @Nullable UpstreamStream out;

  /**
   * @param window bytes that may wait in memory
   */
  Upload(int window) {
    this.window = window;
  }

  void start(RequestHead head) {
    hasBody = head.framing() != Framing.NONE;
    ended = !hasBody;
    bytes = 0;
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
    return bytes;
  }

  /** Whether all that arrived is still here to be sent to another upstream. */
  boolean replayable() {
    return keepsAll;
  }

  /** Whether the client must wait before it sends more. */
  boolean blocked() {
    UpstreamStream to = out;
    return !discarding && (to == null ? keptBytes >= window : !to.keepsUp());
  }

  /** Takes a piece of the body, which is handed over. */
  void data(ByteBuf data) {
    bytes += data.readableBytes();
    UpstreamStream to = out;
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
      to.write(data);
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

  /**
   * The body ended.
   *
   * @param fields behind it, which stay as they are until {@link #clear}
   */
  void end(@Nullable TrailerHead fields) {
    if (ended) {
      return;
    }
    ended = true;
    trailers = fields;
    UpstreamStream to = out;
    if (to != null && !discarding) {
      to.writeEnd(fields);
    }
  }

  /**
   * The upstream is there and has its head: sends what waited.
   *
   * @param mayRepeat whether to keep it for another upstream nevertheless
   */
  void attach(UpstreamStream to, boolean mayRepeat) {
    out = to;
    keeping = mayRepeat && keptBytes <= MAX_REPLAY;
    for (ByteBuf data : kept) {
      to.write(keeping ? data.retainedDuplicate() : data);
    }
    if (!keeping) {
      // A body that has not begun to arrive can still go elsewhere as a whole.
      keepsAll = kept.isEmpty();
      kept.clear();
      block = null;
      keptBytes = 0;
    }
    if (hasBody && ended) {
      to.writeEnd(trailers);
    }
  }

  /** Sends all of it, which is here, to a second upstream too. */
  void copyTo(UpstreamStream to) {
    for (ByteBuf data : kept) {
      to.write(data.retainedDuplicate());
    }
    if (hasBody) {
      to.writeEnd(trailers);
    }
  }

  /** The upstream is gone; what arrives now waits for the next one. */
  void detach() {
    out = null;
  }

  /** No retry will come. */
  void forget() {
    keeping = false;
    keepsAll = keepsAll && bytes == 0;
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
    trailers = null;
    bytes = 0;
    hasBody = false;
    ended = true;
  }
}
