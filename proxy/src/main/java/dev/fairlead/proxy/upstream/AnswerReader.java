package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.http1.BodyReader;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.HeadBytes;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer of HTTP/1 after the other out of the bytes of a connection: its interim heads,
 * its head, its body. Reused by the connections of a loop, and held only while one is in use.
 */
final class AnswerReader {
  /** An upstream that sends more interim answers than anybody needs is broken or hostile. */
  private static final int MAX_INTERIM = 16;

  private enum State {
    HEAD,
    BODY,
    /** After a 101: bytes of another protocol. */
    TUNNEL,
    ENDED
  }

  private final HeadParser parser;
  private final HeadBytes headBytes;
  private final ResponseHead head;
  private final BodyReader body = new BodyReader();
  private @Nullable RequestHead request;
  private State state = State.ENDED;
  private int interims;

  AnswerReader(HeadLimits limits) {
    parser = new HeadParser(limits);
    headBytes = new HeadBytes(limits.maxHeadBytes());
    head = new ResponseHead(limits);
  }

  /** Awaits the answer to {@code asked}. */
  void start(RequestHead asked) {
    request = asked;
    state = State.HEAD;
    interims = 0;
    headBytes.reset();
  }

  /** Forgets all of the answer. */
  void clear() {
    request = null;
    state = State.ENDED;
    headBytes.reset();
    body.clear();
  }

  /** Nothing of the answer has arrived. */
  boolean silent() {
    return state == State.HEAD && headBytes.length() == 0 && interims == 0;
  }

  /** Tells {@code user} what the bytes say; they are handed over. */
  void read(ByteBuf in, UpstreamUser user) {
    while (state == State.HEAD) {
      if (!head(in, user)) {
        in.release();
        return;
      }
    }
    switch (state) {
      case BODY -> body(in, user);
      case TUNNEL -> user.upstreamTunnelled(in);
      default -> in.release();
    }
  }

  /** Takes bytes of a head; false if more are needed or nothing that follows matters. */
  private boolean head(ByteBuf in, UpstreamUser user) {
    int end = headBytes.take(in);
    if (end < 0 && !headBytes.full()) {
      return false;
    }
    Reject reject = end < 0 ? Reject.HEAD_TOO_LARGE : parse(end, in.readableBytes());
    if (reject != Reject.NONE) {
      state = State.ENDED;
      user.upstreamRejected(reject);
      return false;
    }
    if (head.interim()) {
      user.upstreamInterim(head);
      headBytes.reset();
      return true;
    }
    boolean tunnel = head.status() == 101;
    state = tunnel ? State.TUNNEL : State.BODY;
    body.start(tunnel ? Framing.NONE : head.framing(), head.contentLength());
    user.upstreamHead(head);
    return true;
  }

  private Reject parse(int end, int behind) {
    RequestHead asked = request;
    if (asked == null) {
      throw new IllegalStateException("no answer is awaited");
    }
    boolean toHead = asked.method() == Method.HEAD;
    Reject broken = parser.parseResponse(headBytes.bytes(), 0, end, toHead, head);
    if (broken != Reject.NONE) {
      return broken;
    }
    if (head.interim()) {
      return ++interims > MAX_INTERIM ? Reject.BAD_STATUS_LINE : Reject.NONE;
    }
    return check(asked, behind);
  }

  /**
   * What a final head breaks beyond its own form.
   *
   * @param behind bytes that arrived behind it
   */
  private Reject check(RequestHead asked, int behind) {
    if (head.status() == 101) {
      return head.upgrades(asked) ? Reject.NONE : Reject.BAD_UPGRADE;
    }
    // More than the answer in one go is the next answer to a request that nobody made.
    boolean extra =
        (head.framing() == Framing.NONE && behind > 0)
            || (head.framing() == Framing.LENGTH && behind > head.contentLength());
    return extra ? Reject.BODY_NOT_ALLOWED : Reject.NONE;
  }

  private void body(ByteBuf in, UpstreamUser user) {
    ByteBuf rest = in;
    while (true) {
      switch (body.next(rest)) {
        case DATA -> {
          if (body.dataLength() == rest.readableBytes()) {
            user.upstreamData(rest);
            rest = Unpooled.EMPTY_BUFFER;
          } else {
            user.upstreamData(rest.readRetainedSlice(body.dataLength()));
          }
        }
        case NEED_MORE -> {
          rest.release();
          return;
        }
        case END -> {
          boolean extra = rest.isReadable();
          rest.release();
          state = State.ENDED;
          user.upstreamEnded(
              body.trailers(), extra ? UpstreamUser.End.WITH_MORE : UpstreamUser.End.CLEAN);
          return;
        }
        case REJECTED -> {
          rest.release();
          state = State.ENDED;
          user.upstreamRejected(body.reject());
          return;
        }
      }
    }
  }

  /** The upstream closed: whether that is the end of the answer. */
  boolean endsByClose() {
    return state == State.BODY && body.inputClosed() == BodyReader.Step.END;
  }
}
