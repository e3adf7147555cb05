package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.Exchange;
import dev.fairlead.proxy.exchange.Loop;
import dev.fairlead.proxy.http1.BodyReader;
import dev.fairlead.proxy.http1.HeadBytes;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http2.Preface;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request of HTTP/1 after the other out of the bytes of a client's connection, and tells
 * its exchange. While one is under way, what the client sends ahead waits unparsed.
 */
final class RequestReader {
  /** Past so many pieces they are copied into one: each holds on to the buffer it was read into. */
  private static final int MAX_PIECES = 64;

  private final Http1ClientConnection connection;
  private final Loop loop;
  private final BodyReader body = new BodyReader();
  private @Nullable ByteBuf ahead;
  private boolean reading;

  /** Whether a first head was here, by which the protocol is known. */
  private boolean spoken;

  RequestReader(Http1ClientConnection connection) {
    this.connection = connection;
    this.loop = connection.loop;
  }

  /** Takes bytes of the client, which are handed over. */
  void read(ByteBuf in) {
    ByteBuf before = ahead;
    if (before == null) {
      readNow(in);
    } else {
      // Also when the exchange has just ended: what came first is yet to be taken up.
      ahead = append(before, in);
    }
  }

  /** Whether it is just reading, and goes on by itself when an exchange ends. */
  boolean reading() {
    return reading;
  }

  /** Whether something was sent ahead that waits. */
  boolean hasAhead() {
    return ahead != null;
  }

  /** Whether more may be sent ahead. */
  boolean hasRoom() {
    ByteBuf waiting = ahead;
    return waiting == null || waiting.readableBytes() < loop.options.maxPipelined();
  }

  /** Takes up what was sent ahead; false if that is nothing. */
  boolean resume() {
    ByteBuf waiting = ahead;
    ahead = null;
    if (waiting != null) {
      readNow(waiting);
    }
    return waiting != null;
  }

  /** The exchange ended. */
  void clear() {
    body.clear();
  }

  /** Drops what was sent ahead. */
  void release() {
    ByteBuf waiting = ahead;
    ahead = null;
    if (waiting != null) {
      waiting.release();
    }
  }

  private static ByteBuf append(ByteBuf before, ByteBuf more) {
    if (before instanceof CompositeByteBuf all) {
      return all.addComponent(true, more);
    }
    return before
        .alloc()
        .compositeBuffer(MAX_PIECES)
        .addComponent(true, before)
        .addComponent(true, more);
  }

  private void readNow(ByteBuf in) {
    reading = true;
    ByteBuf rest = in;
    while (rest != null) {
      rest = step(rest);
    }
    reading = false;
  }

  /** Does one thing with the bytes, which are handed over; hands back those that are left. */
  private @Nullable ByteBuf step(ByteBuf in) {
    Exchange current = connection.exchange();
    if (connection.closing() || !in.isReadable()) {
      in.release();
      return null;
    }
    if (current == null && !connection.keepsUp()) {
      // The next answer would only join those that wait for the client to read.
      ahead = in;
      return null;
    }
    if (current == null || !current.started()) {
      return head(in, current == null ? connection.newExchange() : current);
    }
    if (current.tunnel()) {
      current.tunnel(in);
      return null;
    }
    if (!current.requestEnded()) {
      return body(in, current);
    }
    ahead = in;
    return null;
  }

  private @Nullable ByteBuf head(ByteBuf in, Exchange current) {
    HeadBytes bytes = current.headBytes;
    boolean whole = bytes.take(in) >= 0;
    if (!whole && !bytes.full()) {
      return in;
    }
    Reject reject = parse(current.request, bytes, whole);
    boolean first = !spoken;
    spoken = true;
    if (first
        && reject == Reject.UNSUPPORTED_VERSION
        && connection.tls() == null
        && Preface.isHead(bytes)) {
      connection.becomeHttp2(in, current);
      return null;
    }
    if (reject != Reject.NONE) {
      in.release();
      loop.counters.rejected(reject);
      if (first && reject == Reject.BAD_VERSION && current.request.method() == Method.OTHER) {
        // No method that we know and no version: it does not speak HTTP, and would not understand.
        connection.giveUp(current);
      } else {
        current.rejected(reject);
      }
      return null;
    }
    body.start(current.request.framing(), current.request.contentLength());
    try {
      current.start(connection.port.rules());
    } catch (RuntimeException e) {
      in.release();
      throw e;
    }
    return in;
  }

  private Reject parse(RequestHead head, HeadBytes bytes, boolean whole) {
    if (whole) {
      return loop.parser.parseRequest(bytes.bytes(), 0, bytes.length(), head);
    }
    Reject early = loop.parser.oversize(bytes.bytes(), 0, bytes.length(), head);
    return early == Reject.NONE ? Reject.HEAD_TOO_LARGE : early;
  }

  /** Takes bytes behind the head; hands back those that are not the request's. */
  private @Nullable ByteBuf body(ByteBuf in, Exchange current) {
    ByteBuf rest = in;
    while (true) {
      switch (body.next(rest)) {
        case DATA -> {
          if (body.dataLength() == rest.readableBytes()) {
            current.requestData(rest);
            rest = Unpooled.EMPTY_BUFFER;
          } else {
            current.requestData(rest.readRetainedSlice(body.dataLength()));
          }
        }
        case NEED_MORE -> {
          rest.release();
          return null;
        }
        case END -> {
          current.requestEnded(body.trailers());
          if (rest.isReadable()) {
            return rest;
          }
          rest.release();
          return null;
        }
        case REJECTED -> {
          rest.release();
          current.requestRejected(body.reject());
          return null;
        }
      }
    }
  }
}
