package dev.fairlead.proxy.http2;

import java.util.Arrays;

/**
 * How the ends of a connection part (RFC 9113 §6.8): whoever says GOAWAY first, what is under way
 * goes on to its end. A server says it in two steps, so that no request that is on its way is lost.
 */
final class Goodbye {
  /** A PING of our own: its answer says that all streams begun before our GOAWAY are here. */
  private static final byte[] LAST_CALL = {'f', 'a', 'i', 'r', 'l', 'e', 'a', 'd'};

  private final Http2Connection connection;
  private boolean lastCall;
  private boolean said;
  private boolean heard;

  Goodbye(Http2Connection connection) {
    this.connection = connection;
  }

  /** Whether we take no more streams. */
  boolean said() {
    return said;
  }

  /** Whether no more streams may be begun, by us or by the peer. */
  boolean begun() {
    return said || heard;
  }

  /** Takes the next step. */
  void say() {
    if (said) {
      return;
    }
    if (connection.server && !lastCall) {
      lastCall = true;
      connection.frames.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR);
      connection.frames.ping(false, LAST_CALL);
      return;
    }
    said = true;
    connection.frames.goAway(connection.streams.lastRemote(), ErrorCode.NO_ERROR);
    closeIfDrained();
  }

  /** A PING came back. */
  void pinged(byte[] payload) {
    if (lastCall && Arrays.equals(payload, 0, 8, LAST_CALL, 0, 8)) {
      connection.shutDown();
    }
  }

  /** The peer takes no streams past {@code lastStream}. */
  void hear(int lastStream, ErrorCode code) {
    heard = true;
    connection.owner.goAway(code);
    if (!connection.server) {
      for (Http2Stream stream : connection.streams.copy()) {
        if (stream.id > lastStream && !stream.closed) {
          connection.breakOff(stream, StreamUser.Cause.NOT_PROCESSED, ErrorCode.REFUSED_STREAM);
        }
      }
    }
    closeIfDrained();
  }

  /** The last stream ended, or there was none. */
  void closeIfDrained() {
    if (begun() && connection.streams.size() == 0) {
      connection.close();
    }
  }
}
