package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds a body in the bytes that arrive, without copying them. One object serves all messages of a
 * connection's direction, one after the other.
 *
 * <pre>{@code
 * body.start(head.framing(), head.contentLength());
 * while (true) {
 *   switch (body.next(in)) {
 *     case DATA -> forward(in.readRetainedSlice(body.dataLength()));   // must be consumed
 *     case NEED_MORE -> return;
 *     case END -> ...
 *     case REJECTED -> fail(body.reject());
 *   }
 * }
 * }</pre>
 */
public final class BodyReader {
  /** A chunk's size is at most 16 hex digits, leading zeros included. */
  private static final int MAX_SIZE_DIGITS = 16;

  /** Extensions mean nothing to us; more than this in one message is an attack (CVE-2023-39326). */
  static final int MAX_EXTENSION_BYTES = 4096;

  static final int MAX_TRAILER_BYTES = 8192;
  private static final int MAX_TRAILERS = 32;

  /** A larger buffer of trailers is given back: it would stay with an idle connection. */
  private static final int MAX_KEPT_TRAILER_BYTES = 512;

  private static final byte[] NO_BYTES = {};

  /** What the next bytes are. */
  public enum Step {
    /** {@link #dataLength()} bytes at the reader index are the body's; the caller consumes them. */
    DATA,
    /** All of {@code in} is consumed and the body goes on. */
    NEED_MORE,
    /** The body ended; what is left in {@code in} is not its. */
    END,
    /** The bytes break {@link #reject()}; the message must be aborted. */
    REJECTED
  }

  private enum State {
    LENGTH,
    UNTIL_CLOSE,
    SIZE,
    EXTENSION,
    QUOTED,
    ESCAPED,
    SIZE_LF,
    CHUNK,
    CHUNK_CR,
    CHUNK_LF,
    TRAILERS,
    ENDED,
    REJECTED
  }

  private State state = State.ENDED;
  private Reject reject = Reject.NONE;
  private long left;
  private long bytes;
  private int dataLength;
  private int sizeDigits;
  private int extensionBytes;

  /** The trailer section behind a CRLF of our own, so that it is looked for as a head's end is. */
  private byte[] trailers = NO_BYTES;

  private int trailersEnd;
  private @Nullable TrailerHead trailerHead;
  private boolean hasTrailers;

  /**
   * Begins a body.
   *
   * @param contentLength ≥ 0 for {@link Framing#LENGTH}; else of no meaning
   */
  public void start(Framing framing, long contentLength) {
    reject = Reject.NONE;
    left = 0;
    bytes = 0;
    dataLength = 0;
    extensionBytes = 0;
    hasTrailers = false;
    switch (framing) {
      case NONE -> state = State.ENDED;
      case LENGTH -> {
        left = contentLength;
        state = contentLength > 0 ? State.LENGTH : State.ENDED;
      }
      case CHUNKED -> startSize();
      case UNTIL_CLOSE -> state = State.UNTIL_CLOSE;
    }
  }

  /** The next step. After {@link Step#END} or {@link Step#REJECTED} it repeats itself. */
  public Step next(ByteBuf in) {
    while (true) {
      if (state == State.ENDED) {
        return Step.END;
      }
      if (state == State.REJECTED) {
        return Step.REJECTED;
      }
      if (!in.isReadable()) {
        return Step.NEED_MORE;
      }
      switch (state) {
        case LENGTH -> {
          Step step = data((int) Math.min(left, in.readableBytes()));
          if (left == 0) {
            state = State.ENDED;
          }
          return step;
        }
        case UNTIL_CLOSE -> {
          return data(in.readableBytes());
        }
        case CHUNK -> {
          Step step = data((int) Math.min(left, in.readableBytes()));
          if (left == 0) {
            state = State.CHUNK_CR;
          }
          return step;
        }
        default -> framingByte(in.readByte());
      }
    }
  }

  private Step data(int length) {
    dataLength = length;
    bytes += length;
    left -= length;
    return Step.DATA;
  }

  private void framingByte(byte b) {
    switch (state) {
      case SIZE -> size(b);
      case EXTENSION, QUOTED, ESCAPED -> extension(b);
      case SIZE_LF -> {
        if (b != '\n') {
          fail(Reject.BARE_CR);
        } else if (left == 0) {
          startTrailers();
        } else {
          state = State.CHUNK;
        }
      }
      case CHUNK_CR -> expect(b, '\r', State.CHUNK_LF);
      case CHUNK_LF -> {
        expect(b, '\n', State.SIZE);
        if (state == State.SIZE) {
          startSize();
        }
      }
      case TRAILERS -> trailer(b);
      default -> throw new AssertionError(state);
    }
  }

  private void startSize() {
    state = State.SIZE;
    left = 0;
    sizeDigits = 0;
  }

  private void size(byte b) {
    int digit = Ascii.hex(b);
    if (digit >= 0) {
      // The sixteenth digit may not reach the sign.
      if (++sizeDigits > MAX_SIZE_DIGITS || left > Long.MAX_VALUE >> 4) {
        fail(Reject.BAD_CHUNK_SIZE);
        return;
      }
      left = left << 4 | digit;
    } else if (sizeDigits > 0 && b == '\r') {
      state = State.SIZE_LF;
    } else if (sizeDigits > 0 && b == ';') {
      state = State.EXTENSION;
      extension(b);
    } else {
      fail(b == '\n' ? Reject.BARE_LF : Reject.BAD_CHUNK_SIZE);
    }
  }

  private void extension(byte b) {
    if (++extensionBytes > MAX_EXTENSION_BYTES) {
      fail(Reject.CHUNK_EXTENSIONS_TOO_LONG);
    } else if (b == '\r' && state == State.EXTENSION) {
      state = State.SIZE_LF;
    } else if (!Ascii.value(b)) {
      fail(Reject.BAD_CHUNK_EXTENSION);
    } else if (state == State.ESCAPED) {
      state = State.QUOTED;
    } else if (state == State.QUOTED && b == '\\') {
      state = State.ESCAPED;
    } else if (b == '"') {
      state = state == State.QUOTED ? State.EXTENSION : State.QUOTED;
    }
  }

  private void expect(byte b, char wanted, State then) {
    if (b == wanted) {
      state = then;
    } else {
      fail(Reject.BAD_CHUNK_END);
    }
  }

  private void startTrailers() {
    if (trailers.length == 0) {
      trailers = new byte[64];
    }
    trailers[0] = '\r';
    trailers[1] = '\n';
    trailersEnd = 2;
    state = State.TRAILERS;
  }

  private void trailer(byte b) {
    if (trailersEnd == trailers.length) {
      if (trailersEnd >= MAX_TRAILER_BYTES) {
        fail(Reject.TRAILERS_TOO_LARGE);
        return;
      }
      trailers = Arrays.copyOf(trailers, Math.min(MAX_TRAILER_BYTES, trailersEnd * 2));
    }
    trailers[trailersEnd++] = b;
    if (b != '\n' || HeadParser.headEnd(trailers, 0, trailersEnd - 1, trailersEnd) < 0) {
      return;
    }
    TrailerHead head = trailerHead;
    if (head == null) {
      head = trailerHead = new TrailerHead(MAX_TRAILERS);
    }
    head.clear(trailers, 2, trailersEnd);
    Reject broken = FieldLines.parse(trailers, 2, trailersEnd, head);
    if (broken != Reject.NONE) {
      fail(broken);
      return;
    }
    hasTrailers = head.count > 0;
    state = State.ENDED;
  }

  private void fail(Reject rule) {
    reject = rule;
    state = State.REJECTED;
  }

  /**
   * The peer closed its side: the end of a body that runs until close, a reject ({@link
   * Reject#BODY_CUT_SHORT}) of any other that has not ended.
   */
  public Step inputClosed() {
    if (state == State.UNTIL_CLOSE) {
      state = State.ENDED;
    } else if (state != State.ENDED && state != State.REJECTED) {
      fail(Reject.BODY_CUT_SHORT);
    }
    return state == State.ENDED ? Step.END : Step.REJECTED;
  }

  /** Bytes of the last {@link Step#DATA}, at least 1. */
  public int dataLength() {
    return dataLength;
  }

  /** Bytes of data so far, without framing. */
  public long bytes() {
    return bytes;
  }

  public Reject reject() {
    return reject;
  }

  /** The fields behind a chunked body that ended; null if there were none. */
  public @Nullable TrailerHead trailers() {
    return hasTrailers ? trailerHead : null;
  }

  /** Forgets the message, and what is too large to keep for the next. */
  public void clear() {
    start(Framing.NONE, 0);
    if (trailers.length > MAX_KEPT_TRAILER_BYTES) {
      trailers = NO_BYTES;
      trailerHead = null;
    }
  }
}
