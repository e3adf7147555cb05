package dev.fairlead.proxy.http2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Sends bodies as far as the peer's windows and the transport allow; what does not fit waits with
 * its stream. Streams that could send stand in line and take turns, a frame each.
 */
final class Sender {
  /** What may wait for all streams of a connection, in windows of one. */
  private static final int CONNECTION_WINDOWS = 4;

  private final Http2Connection connection;
  private final FrameWriter frames;
  private final Http2Output out;
  private final Http2Limits limits;

  /** What we may still send on all streams together. */
  private int window = Http2Limits.DEFAULT_WINDOW;

  /** What a new stream's window is (SETTINGS_INITIAL_WINDOW_SIZE). */
  private int initialWindow = Http2Limits.DEFAULT_WINDOW;

  private int queued;
  private @Nullable Http2Stream first;
  private @Nullable Http2Stream last;
  private boolean pumping;

  /** Whether some stream was told to wait for what all share: the queues' sum or the transport. */
  private boolean full;

  Sender(Http2Connection connection, FrameWriter frames, Http2Output out, Http2Limits limits) {
    this.connection = connection;
    this.frames = frames;
    this.out = out;
    this.limits = limits;
  }

  int initialWindow() {
    return initialWindow;
  }

  int queued() {
    return queued;
  }

  /** Sends {@code data}, which is released, or lets it wait. */
  void data(Http2Stream stream, ByteBuf data, boolean end) {
    int length = data.readableBytes();
    if (length == 0) {
      data.release();
      if (end) {
        end(stream);
      }
      return;
    }
    if (stream.queuedBytes == 0
        && length <= stream.sendWindow
        && length <= window
        && length <= frames.maxFrame()
        && out.keepsUp()) {
      write(stream, data, length, end);
      return;
    }
    stream.queue.add(data);
    stream.queuedBytes += length;
    stream.endQueued = end;
    queued += length;
    join(stream);
    pump();
  }

  /** Ends the body without further data. */
  void end(Http2Stream stream) {
    if (stream.queuedBytes > 0) {
      stream.endQueued = true;
    } else {
      frames.endOfData(stream.id);
      stream.localEnd();
    }
  }

  private void write(Http2Stream stream, ByteBuf data, int length, boolean end) {
    stream.sendWindow -= length;
    window -= length;
    connection.floods.sent(length);
    frames.data(stream.id, data, end);
    if (end) {
      stream.localEnd();
    }
  }

  /** Whether a stream's user may go on; if not it is told when it may. */
  boolean keepsUp(Http2Stream stream) {
    boolean room = stream.queuedBytes == 0 || queued < connectionQueue();
    boolean shared = room && out.keepsUp();
    if (shared && stream.queuedBytes < streamQueue()) {
      return true;
    }
    full |= !shared;
    stream.waiting = true;
    return false;
  }

  private int streamQueue() {
    return Math.min(limits.streamQueue(), out.window());
  }

  private int connectionQueue() {
    return (int) Math.min(limits.connectionQueue(), CONNECTION_WINDOWS * (long) out.window());
  }

  /** Sends what waits, in turns, and tells those that may go on. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (first != null && window > 0 && out.keepsUp()) {
      turn(leave());
    }
    if (full && queued <= connectionQueue() / 2 && out.keepsUp()) {
      full = false;
      for (Http2Stream stream : connection.streams.copy()) {
        proceed(stream);
      }
    }
    pumping = false;
  }

  private void turn(Http2Stream stream) {
    ByteBuf head = stream.queue.peek();
    if (stream.closed || head == null || stream.sendWindow <= 0) {
      return;
    }
    int length = Math.min(Math.min(stream.sendWindow, window), frames.maxFrame());
    ByteBuf piece = head;
    if (head.readableBytes() > length) {
      piece = head.readRetainedSlice(length);
    } else {
      length = head.readableBytes();
      stream.queue.remove();
    }
    stream.queuedBytes -= length;
    queued -= length;
    boolean drained = stream.queuedBytes == 0;
    write(stream, piece, length, drained && stream.endQueued && stream.trailersQueued == null);
    if (stream.closed) {
      return;
    }
    if (drained && stream.trailersQueued != null) {
      stream.writeTrailers(stream.trailersQueued);
      return;
    }
    if (!drained) {
      join(stream);
    }
    proceed(stream);
  }

  private void proceed(Http2Stream stream) {
    StreamUser user = stream.user;
    if (user != null
        && stream.waiting
        && !stream.closed
        && stream.queuedBytes <= streamQueue() / 2) {
      stream.waiting = false;
      user.writable();
    }
  }

  /** Gets into line, unless it stands there or has nothing that it could send. */
  private void join(Http2Stream stream) {
    if (stream.inLine || stream.queuedBytes == 0 || stream.sendWindow <= 0) {
      return;
    }
    stream.inLine = true;
    stream.nextInLine = null;
    if (last == null) {
      first = stream;
    } else {
      last.nextInLine = stream;
    }
    last = stream;
  }

  private Http2Stream leave() {
    Http2Stream stream = first;
    if (stream == null) {
      throw new IllegalStateException("nobody is in line");
    }
    first = stream.nextInLine;
    if (first == null) {
      last = null;
    }
    stream.nextInLine = null;
    stream.inLine = false;
    return stream;
  }

  /** Drops what waits with a stream. */
  void drop(Http2Stream stream) {
    for (ByteBuf data = stream.queue.poll(); data != null; data = stream.queue.poll()) {
      data.release();
    }
    queued -= stream.queuedBytes;
    stream.queuedBytes = 0;
    stream.trailersQueued = null;
  }

  /** The peer gave back window for all streams; false if more than there can be. */
  boolean opened(int increment) {
    if (increment > Integer.MAX_VALUE - window) {
      return false;
    }
    window += increment;
    return true;
  }

  /** The peer gave back, or took, some of a stream's window; false if more than there can be. */
  boolean opened(Http2Stream stream, int increment) {
    long size = (long) stream.sendWindow + increment;
    if (size > Integer.MAX_VALUE) {
      return false;
    }
    stream.sendWindow = (int) size;
    join(stream);
    return true;
  }

  /** The peer set the window of new streams, which changes that of the open ones too (§6.9.2). */
  boolean initialWindow(int size) {
    int change = size - initialWindow;
    initialWindow = size;
    boolean fine = true;
    for (Http2Stream stream : connection.streams.copy()) {
      fine &= opened(stream, change);
    }
    return fine;
  }
}
