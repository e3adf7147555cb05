package dev.fairlead.proxy.http2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What the peer's frames do to a connection and its streams (RFC 9113 §5, §6). */
final class Inbound implements FrameReader.Handler {
  private static final int MIN_MAX_FRAME = 1 << 14;
  private static final int MAX_MAX_FRAME = (1 << 24) - 1;

  private final Http2Connection connection;
  private final FieldBlocks blocks;
  private final Floods floods;

  /** The stream whose data frame is being read, if it wants it. */
  private @Nullable Http2Stream current;

  Inbound(Http2Connection connection) {
    this.connection = connection;
    this.floods = connection.floods;
    this.blocks = new FieldBlocks(connection);
  }

  /** Whether a field block has begun that is not all here. */
  boolean midBlock() {
    return blocks.midBlock();
  }

  @Override
  public boolean open() {
    return !connection.closed();
  }

  @Override
  public void broken(Violation rule) {
    connection.fail(rule);
  }

  @Override
  public void dataBegins(int id, int length) {
    current = null;
    if (blocks.midBlock()) {
      connection.fail(Violation.BROKEN_BLOCK);
      return;
    }
    Http2Stream stream = connection.streams.get(id);
    Violation rule = stream == null ? connection.streams.absent(id) : null;
    if (rule != null) {
      connection.fail(rule);
    } else if (!connection.receiver.arrived(length)) {
      connection.fail(Violation.WINDOW_EXCEEDED);
    } else if (stream == null) {
      return;
    } else if (stream.remoteEnded) {
      connection.failStream(id, Violation.CLOSED_STREAM);
    } else if (!stream.headRead) {
      connection.failStream(id, Violation.MALFORMED);
    } else if (!connection.receiver.arrived(stream, length)) {
      connection.failStream(id, Violation.WINDOW_EXCEEDED);
    } else {
      current = stream;
    }
  }

  /** The stream of the frame, unless it was closed since the frame began. */
  private @Nullable Http2Stream current(int id) {
    Http2Stream stream = current;
    return stream != null && !stream.closed && stream.id == id ? stream : null;
  }

  @Override
  public void padding(int id, int bytes) {
    connection.receiver.giveBack(current(id), bytes);
  }

  @Override
  public void data(int id, ByteBuf data, boolean last, boolean endStream) {
    int length = data.readableBytes();
    boolean end = last && endStream;
    if (last && length > 0) {
      floods.received();
    }
    if (length == 0 && !end) {
      floods.empty();
      return;
    }
    Http2Stream stream = current(id);
    StreamUser user = stream == null ? null : stream.user;
    if (stream == null || user == null) {
      data.release();
      connection.receiver.giveBack(null, length);
      return;
    }
    stream.received += length;
    stream.held += stream.discards ? 0 : length;
    if (stream.announced >= 0
        && (stream.received > stream.announced || (end && stream.received < stream.announced))) {
      data.release();
      connection.receiver.giveBack(null, stream.discards ? length : 0);
      connection.failStream(id, Violation.LENGTH_MISMATCH);
      return;
    }
    if (stream.discards) {
      data.release();
      if (end) {
        stream.remoteEnd();
      }
      stream.dropped(length);
      return;
    }
    if (end) {
      stream.remoteEnd();
    }
    user.data(data, end);
  }

  @Override
  public void frame(int type, int flags, int id, byte[] payload, int length) {
    if (!blocks.allows(type, id)) {
      connection.fail(Violation.BROKEN_BLOCK);
      return;
    }
    switch (type) {
      case Frame.HEADERS -> blocks.headers(flags, id, payload, length);
      case Frame.CONTINUATION -> blocks.continuation(flags, id, payload, length);
      case Frame.PRIORITY -> {
        if ((Frame.getInt(payload, 0) & Integer.MAX_VALUE) == id) {
          connection.fail(Violation.SELF_DEPENDENCY);
        } else {
          floods.ignored();
        }
      }
      case Frame.RST_STREAM -> reset(id, ErrorCode.of(Frame.getInt(payload, 0)));
      case Frame.SETTINGS -> settings((flags & Frame.ACK) != 0, payload, length);
      case Frame.PUSH_PROMISE -> connection.fail(Violation.PUSH);
      case Frame.PING -> {
        if ((flags & Frame.ACK) != 0) {
          connection.goodbye.pinged(payload);
        } else {
          connection.frames.ping(true, payload);
        }
        floods.ping();
      }
      case Frame.GOAWAY -> {
        connection.goodbye.hear(
            Frame.getInt(payload, 0) & Integer.MAX_VALUE, ErrorCode.of(Frame.getInt(payload, 4)));
        floods.ignored();
      }
      case Frame.WINDOW_UPDATE -> update(id, Frame.getInt(payload, 0) & Integer.MAX_VALUE);
      default -> floods.ignored();
    }
  }

  private void reset(int id, ErrorCode code) {
    Http2Stream stream = connection.streams.get(id);
    if (stream != null) {
      connection.breakOff(stream, StreamUser.Cause.PEER, code);
      floods.reset();
    } else if (connection.streams.idle(id)) {
      connection.fail(Violation.IDLE_STREAM);
    } else {
      floods.ignored();
    }
  }

  private void update(int id, int increment) {
    Http2Stream stream = id == 0 ? null : connection.streams.get(id);
    if (id != 0 && stream == null) {
      if (connection.streams.idle(id)) {
        connection.fail(Violation.IDLE_STREAM);
        return;
      }
    } else if (increment == 0) {
      fail(id, Violation.ZERO_INCREMENT);
    } else if (stream == null
        ? !connection.sender.opened(increment)
        : !connection.sender.opened(stream, increment)) {
      fail(id, Violation.WINDOW_OVERFLOW);
    }
    floods.update();
  }

  /** Ends the stream, or for 0 the connection. */
  private void fail(int id, Violation rule) {
    if (id == 0) {
      connection.fail(rule);
    } else {
      connection.failStream(id, rule);
    }
  }

  private void settings(boolean ack, byte[] payload, int length) {
    floods.settings();
    if (ack) {
      connection.peerSettled();
      return;
    }
    for (int at = 0; at < length && open(); at += Frame.SETTING_BYTES) {
      int id = (payload[at] & 0xff) << 8 | (payload[at + 1] & 0xff);
      setting(id, Frame.getInt(payload, at + 2) & 0xffff_ffffL);
    }
    if (open()) {
      connection.frames.settingsAck();
    }
  }

  private void setting(int id, long value) {
    switch (id) {
      case Frame.HEADER_TABLE_SIZE -> connection.encoder.peerLimit(value);
      case Frame.ENABLE_PUSH -> {
        // A server may say only that it does not take what only servers do.
        if (value > (connection.server ? 1 : 0)) {
          connection.fail(Violation.BAD_SETTING);
        }
      }
      case Frame.MAX_CONCURRENT_STREAMS -> connection.peerStreams(value);
      case Frame.INITIAL_WINDOW_SIZE -> {
        if (value > Integer.MAX_VALUE || !connection.sender.initialWindow((int) value)) {
          connection.fail(Violation.WINDOW_OVERFLOW);
        }
      }
      case Frame.MAX_FRAME_SIZE -> {
        if (value < MIN_MAX_FRAME || value > MAX_MAX_FRAME) {
          connection.fail(Violation.BAD_SETTING);
        } else {
          connection.frames.peerMaxFrame((int) value);
        }
      }
      // The largest head that the peer takes is advice; what we forward is what we got.
      default -> {}
    }
  }
}
