package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;

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

  /** Begins a body. */
  public void start(Framing framing, long contentLength) {
    throw new AssertionError("to come");
  }

  /** The next step. After {@link Step#END} or {@link Step#REJECTED} it repeats itself. */
  public Step next(ByteBuf in) {
    throw new AssertionError("to come");
  }

  /**
   * The peer closed its side: the end of a body that runs until close, a reject ({@link
   * Reject#BODY_CUT_SHORT}) of any other that has not ended.
   */
  public Step inputClosed() {
    throw new AssertionError("to come");
  }

  /** Bytes of the last {@link Step#DATA}, at least 1. */
  public int dataLength() {
    throw new AssertionError("to come");
  }

  /** Bytes of data so far, without framing. */
  public long bytes() {
    throw new AssertionError("to come");
  }

  /** Bytes of a {@link Framing#LENGTH} body that are still to come; −1 for other framings. */
  public long remaining() {
    throw new AssertionError("to come");
  }

  public boolean ended() {
    throw new AssertionError("to come");
  }

  public Reject reject() {
    throw new AssertionError("to come");
  }
}
