package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import java.util.Arrays;

/**
 * The peer's field blocks (RFC 9113 §4.3, §8.1): gathered from their frames, decompressed also
 * where nobody wants them, and held to the rules of heads and trailers.
 */
final class FieldBlocks {
  private static final int MAX_TRAILERS = 32;
  private static final int TABLE_SIZE = 4096;
  private static final byte[] NO_BYTES = {};

  private final Http2Connection connection;
  private final HpackDecoder decoder = new HpackDecoder(TABLE_SIZE);
  private final HeadBuilder builder;
  private final TrailerHead trailers = new TrailerHead(MAX_TRAILERS);

  /** The stream whose block goes on in CONTINUATION; 0: none. */
  private int blockStream;

  private boolean blockEnds;
  private byte[] block = NO_BYTES;
  private int blockLength;
  private int blockFrames;

  FieldBlocks(Http2Connection connection) {
    this.connection = connection;
    this.builder = new HeadBuilder(connection.limits.head());
  }

  /** Whether a block has begun that is not all here. */
  boolean midBlock() {
    return blockStream != 0;
  }

  /** Whether a frame may come now: within a block nothing but what goes on with it. */
  boolean allows(int type, int id) {
    return blockStream == 0 || (type == Frame.CONTINUATION && id == blockStream);
  }

  /** A HEADERS frame, with which a block begins. */
  void headers(int flags, int id, byte[] payload, int length) {
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

  /** A CONTINUATION frame. */
  void continuation(int flags, int id, byte[] payload, int length) {
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
      connection.floods.begun();
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
        connection.floods.ignored();
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
    if (connection.closed()) {
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
      stream.remoteEnd();
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
      stream.remoteEnd();
      if (user != null && wanted) {
        user.trailers(trailers);
      }
    }
  }
}
