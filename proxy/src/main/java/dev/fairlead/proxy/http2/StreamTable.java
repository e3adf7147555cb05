package dev.fairlead.proxy.http2;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection: those that are open, what is known of others by their numbers (RFC
 * 9113 §5.1.1), and objects for those to come.
 */
final class StreamTable {
  private final Http2Connection connection;
  private final boolean server;
  private final int maxFree;
  private final StreamMap open = new StreamMap();
  private final ResetMemory resetByUs = new ResetMemory();
  private final ArrayDeque<Http2Stream> free = new ArrayDeque<>();

  /** The last stream that the peer began, and how many: fewer than could be means that it skips. */
  private int lastRemote;

  private int begunByPeer;

  /** The next stream of ours; below 0 when there are no more numbers. */
  private int nextLocal = 1;

  /**
   * @param maxFree objects that are kept
   */
  StreamTable(Http2Connection connection, int maxFree) {
    this.connection = connection;
    this.server = connection.server;
    this.maxFree = maxFree;
  }

  @Nullable Http2Stream get(int id) {
    return open.get(id);
  }

  int size() {
    return open.size();
  }

  /** Those that are open now, for a walk in which they may close. */
  Http2Stream[] copy() {
    return open.copy();
  }

  int lastRemote() {
    return lastRemote;
  }

  /** Whether there is a number left for one more of ours. */
  boolean hasNumbers() {
    return nextLocal > 0;
  }

  /** Our next stream's number. */
  int next() {
    int id = nextLocal;
    nextLocal += 2;
    return id;
  }

  /** The peer begins a stream, whether it is taken or not. */
  void begun(int id) {
    lastRemote = id;
    begunByPeer++;
  }

  /** An open stream. */
  Http2Stream open(int id, int sendWindow, int receiveWindow) {
    Http2Stream stream = free.poll();
    if (stream == null) {
      stream = new Http2Stream(connection);
    }
    stream.open(id, sendWindow, receiveWindow);
    open.add(stream);
    return stream;
  }

  void closed(Http2Stream stream) {
    stream.closed = true;
    open.remove(stream.id);
  }

  /** We reset a stream, open or not: what the peer sent before it knew is no error. */
  void reset(int id) {
    resetByUs.add(id);
  }

  /** Nobody refers to a closed stream any more. */
  void free(Http2Stream stream) {
    if (stream.user != null) {
      stream.user = null;
      if (free.size() < maxFree) {
        free.add(stream);
      }
    }
  }

  /** Whether nobody has opened the stream yet. */
  boolean idle(int id) {
    boolean byClient = (id & 1) == 1;
    return !byClient || (server ? id > lastRemote : nextLocal > 0 && id >= nextLocal);
  }

  /** Whether this is a next stream of the client. */
  boolean begins(int id) {
    return server && (id & 1) == 1 && id > lastRemote;
  }

  /**
   * What a frame breaks that needs an open stream, on one that is not; null if the peer may not
   * have known.
   */
  @Nullable Violation absent(int id) {
    if (idle(id)) {
      return Violation.IDLE_STREAM;
    }
    if (resetByUs.mayHave(id)) {
      return null;
    }
    boolean skips = server && (lastRemote + 1) / 2 != begunByPeer;
    return skips ? Violation.BAD_STREAM_ID : Violation.CLOSED_STREAM;
  }
}
