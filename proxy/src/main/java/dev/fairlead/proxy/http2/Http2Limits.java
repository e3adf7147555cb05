package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.HeadLimits;

/**
 * Every bound of an HTTP/2 connection.
 *
 * @param head of each request and response
 * @param maxStreams requests under way that a peer may have, 1…10 000
 * @param streamWindow bytes of a body that a peer may send ahead of its reader, 64 KiB − 1 or more
 * @param connectionWindow the same for all streams together: with {@code streamWindow} it says how
 *     many stalled readers it takes to stall the others
 * @param streamQueue bytes of a body that wait for a stream's window before {@code keepsUp} says no
 * @param connectionQueue the same for all streams together; one of which nothing waits may go on
 *     all the same, since those that stall would else stall it too
 * @param maxPending bytes of heads and control frames that a peer may leave unread
 */
public record Http2Limits(
    HeadLimits head,
    int maxStreams,
    int streamWindow,
    int connectionWindow,
    int streamQueue,
    int connectionQueue,
    int maxPending) {
  /** What a window is before any setting (RFC 9113 §6.9.2). */
  static final int DEFAULT_WINDOW = 65_535;

  /** More than all streams together may bring that a connection will ever have. */
  private static final int SHARED_WINDOW = 1 << 30;

  /** The largest frame that a peer must take, and that we take (§4.2). */
  static final int DEFAULT_FRAME = 16 * 1024;

  /** A head that the caps still allow comes in a few frames; endless ones are an attack. */
  static final int MAX_CONTINUATIONS = 32;

  public Http2Limits {
    if (maxStreams < 1 || maxStreams > 10_000) {
      throw new IllegalArgumentException("maxStreams " + maxStreams + " is outside 1…10000");
    }
    if (streamWindow < DEFAULT_WINDOW || connectionWindow < streamWindow) {
      throw new IllegalArgumentException(
          "windows of " + streamWindow + " and " + connectionWindow + " bytes are too small");
    }
    if (streamQueue < 1 || connectionQueue < streamQueue || maxPending < 1) {
      throw new IllegalArgumentException("queues must hold at least a byte");
    }
  }

  public static Http2Limits defaults(HeadLimits head) {
    return new Http2Limits(head, 100, 256 << 10, 1 << 20, 64 << 10, 1 << 20, 1 << 20);
  }

  /**
   * The same for a connection to an endpoint. Clients that know nothing of each other share it, so
   * that no number of them that stall may stall the others: what a stream may bring is limited by
   * its own window, and so by the client that it is for.
   */
  public Http2Limits shared() {
    return new Http2Limits(
        head, maxStreams, streamWindow, SHARED_WINDOW, streamQueue, connectionQueue, maxPending);
  }

  /** The longest field block: as it is on the wire, plain or Huffman-coded. */
  int maxBlock() {
    return head.maxHeadBytes() + DEFAULT_FRAME;
  }
}
