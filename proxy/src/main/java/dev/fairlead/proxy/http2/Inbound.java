package dev.fairlead.proxy.http2;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the peer's frames do to a connection and its streams (RFC 9113 §5, §6, §8.1). */
final class Inbound implements FrameReader.Handler {
  private static final int MAX_TRAILERS = 32;
  private static final int TABLE_SIZE = 4096;
  private static final int MIN_MAX_FRAME = 1 << 14;
  private static final int MAX_MAX_FRAME = (1 << 24) - 1;

  /** Each data frame of ours may be answered by an update of the stream's and of our window. */
  private static final int UPDATES_PER_DATA = 3;

  /** Less is data that a peer made us send in crumbs, which earns it no updates. */
  private static final int DATA_WORTH = 128;

  /**
   * Browsers still send a priority or two for each request; and of a stream that we gave up a head,
   * trailers and a reset may be on their way already.
   */
  private static final int IGNORED_PER_STREAM = 4;

  private static final byte[] NO_BYTES = {};

  private final Http2Connection connection;
  private final HpackDecoder decoder = new HpackDecoder(TABLE_SIZE);
  private final HeadBuilder builder;
  private final TrailerHead trailers = new TrailerHead(MAX_TRAILERS);

  private final Budget pings;
  private final Budget settings;
  private final Budget empties;
  private final Budget updates;
  private final Budget ignored;

  /** The stream whose data frame is being read, if it wants it. */
  private @Nullable Http2Stream current;

  /** The stream whose field block goes on in CONTINUATION; 0: none. */
  private int blockStream;

  private boolean blockEnds;
  private byte[] block = NO_BYTES;
  private int blockLength;
  private int blockFrames;

  Inbound(Http2Connection connection, Ticker ticker) {
    this.connection = connection;
    builder = new HeadBuilder(connection.limits.head());
    // gRPC measures each round trip by a ping while data flows, thousands a second where the way is
    // short; so data, whichever way it goes, earns them.
    pings = new Budget(ticker, 1000, 100);
    // Ordinary peers change settings once or twice in a connection's life.
    settings = new Budget(ticker, 100, 10);
    // Nobody has a use for data without data but at the end.
    empties = new Budget(ticker, 200, 10);
    // Some peers give back each read's bytes; that we have sent data earns them more.
    updates = new Budget(ticker, 10_000, 1000);
    ignored = new Budget(ticker, 1000, 100);
  }

  /** Whether a field block has begun that is not all here. */
  boolean midBlock() {
    return blockStream != 0;
  }

  /** We sent a data frame. */
  void sent(int length) {
    pings.earn(1);
    if (length >= DATA_WORTH) {
      updates.earn(UPDATES_PER_DATA);
    }
  }

  /** We reset a stream of whose end the peer does not know yet. */
  void weReset() {
    ignored.earn(IGNORED_PER_STREAM);
  }

  @Override
  public boolean open() {
    return !connection.closed();
  }

  @Override
  public void broken(Violation rule) {
    connection.fail(rule);
  }

  private void spend(Budget budget, Violation rule) {
    if (!budget.spend()) {
      connection.fail(rule);
    }
  }

  @Override
  public void dataBegins(int id, int length) {
    current = null;
    if (blockStream != 0) {
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
      pings.earn(1);
    }
    if (length == 0 && !end) {
      spend(empties, Violation.EMPTY_FRAME_FLOOD);
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
        connection.remoteEnd(stream);
      }
      connection.dropped(stream, length);
      return;
    }
    if (end) {
      connection.remoteEnd(stream);
    }
    user.data(data, end);
  }

  @Override
  public void frame(int type, int flags, int id, byte[] payload, int length) {
    if (blockStream != 0 && (type != Frame.CONTINUATION || id != blockStream)) {
      connection.fail(Violation.BROKEN_BLOCK);
      return;
    }
    switch (type) {
      case Frame.HEADERS -> headers(flags, id, payload, length);
      case Frame.CONTINUATION -> continuation(flags, id, payload, length);
      case Frame.PRIORITY -> {
        if ((Frame.getInt(payload, 0) & Integer.MAX_VALUE) == id) {
          connection.fail(Violation.SELF_DEPENDENCY);
        } else {
          spend(ignored, Violation.IGNORED_FRAME_FLOOD);
        }
      }
      case Frame.RST_STREAM -> reset(id, ErrorCode.of(Frame.getInt(payload, 0)));
      case Frame.SETTINGS -> settings((flags & Frame.ACK) != 0, payload, length);
      case Frame.PUSH_PROMISE -> connection.fail(Violation.PUSH);
      case Frame.PING -> {
        if ((flags & Frame.ACK) != 0) {
          connection.pinged(payload);
        } else {
          connection.frames.ping(true, payload);
        }
        spend(pings, Violation.PING_FLOOD);
      }
      case Frame.GOAWAY -> {
        connection.peerGoesAway(
            Frame.getInt(payload, 0) & Integer.MAX_VALUE, ErrorCode.of(Frame.getInt(payload, 4)));
        spend(ignored, Violation.IGNORED_FRAME_FLOOD);
      }
      case Frame.WINDOW_UPDATE -> update(id, Frame.getInt(payload, 0) & Integer.MAX_VALUE);
      default -> spend(ignored, Violation.IGNORED_FRAME_FLOOD);
    }
  }

  private void reset(int id, ErrorCode code) {
    Http2Stream stream = connection.streams.get(id);
    if (stream != null) {
      connection.breakOff(stream, StreamUser.Cause.PEER, code);
      connection.countReset();
    } else if (connection.streams.idle(id)) {
      connection.fail(Violation.IDLE_STREAM);
    } else {
      spend(ignored, Violation.IGNORED_FRAME_FLOOD);
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
    spend(updates, Violation.WINDOW_UPDATE_FLOOD);
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
    spend(settings, Violation.SETTINGS_FLOOD);
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

  private void headers(int flags, int id, byte[] payload, int length) {
    int at = 0;
    int end = length;
    boolean padded = (flags & Frame.PADDED) != 0;
    boolean priority = (flags & Frame.HAS_PRIORITY) != 0;
    if (length < (padded ? 1 : 0) + (priority ? 5 : 0)) {
      connection.fail(Violation.FRAME_SIZE);
      return;
    }
    if (padded) {
      end -= payload[at++] & 0xff;
    }
    if (priority) {
      if ((Frame.getInt(payload, at) & Integer.MAX_VALUE) == id) {
        connection.fail(Violation.SELF_DEPENDENCY);
        return;
      }
      at += 5;
    }
    if (at > end) {
      connection.fail(Violation.BAD_PADDING);
      return;
    }
    boolean endStream = (flags & Frame.END_STREAM) != 0;
    if ((flags & Frame.END_HEADERS) != 0) {
      block(id, endStream, payload, at, end);
      return;
    }
    blockStream = id;
    blockEnds = endStream;
    blockLength = 0;
    blockFrames = 0;
    gather(payload, at, end - at);
  }

  private void continuation(int flags, int id, byte[] payload, int length) {
    if (blockStream == 0) {
      connection.fail(Violation.BROKEN_BLOCK);
      return;
    }
    blockFrames++;
    if (blockFrames > Http2Limits.MAX_CONTINUATIONS
        || blockLength + length > connection.limits.maxBlock()) {
      connection.fail(Violation.CONTINUATION_FLOOD);
      return;
    }
    gather(payload, 0, length);
    if ((flags & Frame.END_HEADERS) != 0) {
      byte[] whole = block;
      blockStream = 0;
      block = NO_BYTES;
      block(id, blockEnds, whole, 0, blockLength);
    }
  }

  private void gather(byte[] payload, int at, int length) {
    if (block.length < blockLength + length) {
      block = Arrays.copyOf(block, Math.max(2 * block.length, blockLength + length));
    }
    System.arraycopy(payload, at, block, blockLength, length);
    blockLength += length;
  }

  /** A whole field block: a head, or trailers. */
  private void block(int id, boolean end, byte[] bytes, int from, int to) {
    Http2Stream stream = connection.streams.get(id);
    if (stream == null && connection.streams.begins(id)) {
      ignored.earn(IGNORED_PER_STREAM);
      stream = connection.begin(id);
      if (stream == null) {
        skip(bytes, from, to);
      } else {
        head(stream, end, bytes, from, to);
      }
    } else if (stream == null) {
      Violation rule = connection.streams.absent(id);
      if (rule != null) {
        connection.fail(rule);
      } else {
        skip(bytes, from, to);
        spend(ignored, Violation.IGNORED_FRAME_FLOOD);
      }
    } else if (stream.remoteEnded) {
      if (skip(bytes, from, to)) {
        connection.failStream(id, Violation.CLOSED_STREAM);
      }
    } else if (stream.headRead) {
      trailers(stream, end, bytes, from, to);
    } else {
      head(stream, end, bytes, from, to);
    }
  }

  private boolean decode(byte[] bytes, int from, int to) {
    if (!open()) {
      return false;
    }
    boolean fine = decoder.decode(bytes, from, to, builder);
    if (!fine) {
      connection.fail(Violation.BAD_COMPRESSION);
    }
    return fine;
  }

  private boolean skip(byte[] bytes, int from, int to) {
    builder.skip();
    return decode(bytes, from, to);
  }

  private void head(Http2Stream stream, boolean end, byte[] bytes, int from, int to) {
    StreamUser user = stream.user;
    if (user == null) {
      skip(bytes, from, to);
      return;
    }
    Head head = user.head();
    builder.begin(head);
    if (!decode(bytes, from, to)) {
      return;
    }
    Reject reject =
        switch (head) {
          case RequestHead request -> {
            Reject broken = builder.finishRequest(end);
            stream.headRequest = request.method() == Method.HEAD;
            stream.headRead = true;
            yield broken;
          }
          case ResponseHead response -> {
            Reject broken = builder.finishResponse(stream.headRequest, end);
            stream.headRead = !response.interim();
            yield broken;
          }
          case TrailerHead none -> throw new IllegalArgumentException("trailers are no head");
        };
    if (reject != Reject.NONE) {
      rejected(stream, user, reject, end);
      return;
    }
    stream.announced =
        head.framing() == Framing.CHUNKED
            ? -1
            : head.framing() == Framing.LENGTH ? head.contentLength() : 0;
    if (end) {
      connection.remoteEnd(stream);
    }
    user.headRead(end);
  }

  private void rejected(Http2Stream stream, StreamUser user, Reject reject, boolean end) {
    if (connection.server && answerable(reject)) {
      stream.discards = true;
      stream.remoteEnded = end;
    } else {
      connection.refuse(stream.id, Violation.MALFORMED);
    }
    user.rejected(reject);
  }

  /** Whether it is a request, if one that we refuse: then its client gets to know why. */
  private static boolean answerable(Reject reject) {
    return switch (reject) {
      case CONNECT,
          BAD_METHOD,
          BAD_TARGET,
          DOT_SEGMENT,
          TARGET_TOO_LONG,
          HEAD_TOO_LARGE,
          TOO_MANY_HEADERS,
          MISSING_HOST,
          DUPLICATE_HOST,
          BAD_HOST,
          HOST_MISMATCH,
          UNKNOWN_EXPECT ->
          true;
      default -> false;
    };
  }

  private void trailers(Http2Stream stream, boolean end, byte[] bytes, int from, int to) {
    builder.begin(trailers);
    if (!decode(bytes, from, to)) {
      return;
    }
    Reject reject = builder.finishTrailers();
    StreamUser user = stream.user;
    if (!end || reject != Reject.NONE) {
      connection.failStream(stream.id, Violation.MALFORMED);
    } else if (stream.announced >= 0 && stream.received < stream.announced) {
      connection.failStream(stream.id, Violation.LENGTH_MISMATCH);
    } else {
      boolean wanted = !stream.discards;
      connection.remoteEnd(stream);
      if (user != null && wanted) {
        user.trailers(trailers);
      }
    }
  }
}
