package dev.fairlead.proxy.http2;

import org.jspecify.annotations.Nullable;

/**
 * What the peer may send of bodies. A window opens again only as its bytes are taken, and only when
 * half of it is free, so that updates are few.
 */
final class Receiver {
  private final FrameWriter frames;
  private final int streamWindow;
  private final int sharedWindow;

  /** What may still come on all streams together. */
  private int window = Http2Limits.DEFAULT_WINDOW;

  /** What was taken and the peer is not yet told of. */
  private int unreturned;

  Receiver(FrameWriter frames, Http2Limits limits) {
    this.frames = frames;
    this.streamWindow = limits.streamWindow();
    this.sharedWindow = limits.connectionWindow();
  }

  /** Makes the shared window as large as it is to be; that of streams is a setting. */
  void open() {
    int more = sharedWindow - window;
    if (more > 0) {
      frames.windowUpdate(0, more);
      window += more;
    }
  }

  /** Takes {@code bytes} off the shared window; false if there is not as much. */
  boolean arrived(int bytes) {
    window -= bytes;
    return window >= 0;
  }

  /** Takes {@code bytes} off a stream's window; false if there is not as much. */
  boolean arrived(Http2Stream stream, int bytes) {
    stream.receiveWindow -= bytes;
    return stream.receiveWindow >= 0;
  }

  /**
   * So many bytes were taken, or dropped.
   *
   * @param stream whose they were, if more may come on it
   */
  void giveBack(@Nullable Http2Stream stream, int bytes) {
    unreturned += bytes;
    if (unreturned >= sharedWindow / 2) {
      frames.windowUpdate(0, unreturned);
      window += unreturned;
      unreturned = 0;
    }
    if (stream == null || stream.closed || stream.remoteEnded) {
      return;
    }
    stream.unreturned += bytes;
    if (stream.unreturned >= streamWindow / 2) {
      frames.windowUpdate(stream.id, stream.unreturned);
      stream.receiveWindow += stream.unreturned;
      stream.unreturned = 0;
    }
  }
}
