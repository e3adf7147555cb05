package dev.fairlead.proxy;

import dev.fairlead.proxy.http1.BodyReader;
import dev.fairlead.proxy.http1.ChunkWriter;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A response on its way from the upstream to the client: its heads as they come, then its body. */
final class Download {
  /** An upstream that sends more interim answers than anybody needs is broken or hostile. */
  private static final int MAX_INTERIM = 16;

  /** How far the bytes that came have brought a response. */
  enum Progress {
    MORE,
    /** An interim head is whole: another head follows. */
    INTERIM,
    /** The final head is whole: the body follows. */
    HEAD,
    ENDED,
    /** It ended, and the upstream sent more than that. */
    ENDED_WITH_EXTRA,
    REJECTED
  }

  private final HeadParser parser;
  private final HeadBytes headBytes;
  private final ResponseHead head;
  private final BodyReader reader = new BodyReader();
  private Framing framing = Framing.NONE;
  private Reject reject = Reject.NONE;
  private int interims;

  Download(Loop loop) {
    parser = loop.parser;
    headBytes = new HeadBytes(loop.options.maxHeadBytes());
    head = new ResponseHead(loop.limits);
  }

  /** The head that is whole. */
  ResponseHead head() {
    return head;
  }

  /** Nothing has arrived. */
  boolean silent() {
    return headBytes.length() == 0 && interims == 0;
  }

  /** Forgets all that arrived. */
  void clear() {
    headBytes.reset();
    interims = 0;
  }

  /** Makes room for the head behind an interim one. */
  void nextHead() {
    headBytes.reset();
  }

  /** Takes the bytes of a head to {@code request}'s answer, and leaves those behind it. */
  Progress readHead(ByteBuf in, RequestHead request) {
    int end = headBytes.take(in);
    if (end < 0 && !headBytes.full()) {
      return Progress.MORE;
    }
    reject = end < 0 ? Reject.HEAD_TOO_LARGE : parse(end, request, in.readableBytes());
    if (reject != Reject.NONE) {
      return Progress.REJECTED;
    }
    return head.interim() ? Progress.INTERIM : Progress.HEAD;
  }

  private Reject parse(int end, RequestHead request, int behind) {
    boolean toHead = request.method() == Method.HEAD;
    Reject broken = parser.parseResponse(headBytes.bytes(), 0, end, toHead, head);
    if (broken != Reject.NONE) {
      return broken;
    }
    if (head.interim()) {
      return ++interims > MAX_INTERIM ? Reject.BAD_STATUS_LINE : Reject.NONE;
    }
    return Responses.check(request, head, behind);
  }

  /** Begins the body, and says how a client of HTTP/1.{@code clientMinor} gets it. */
  Framing startBody(int clientMinor) {
    reader.start(head.framing(), head.contentLength());
    framing =
        switch (head.framing()) {
          case NONE, LENGTH -> head.framing();
          case CHUNKED, UNTIL_CLOSE -> clientMinor >= 1 ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
        };
    return framing;
  }

  /** Takes the bytes of the body that came, which are handed over. */
  Progress readBody(ByteBuf in, Outlet out) {
    ByteBuf rest = in;
    while (true) {
      switch (reader.next(rest)) {
        case DATA -> {
          if (reader.dataLength() == rest.readableBytes()) {
            write(rest, out);
            rest = Unpooled.EMPTY_BUFFER;
          } else {
            write(rest.readRetainedSlice(reader.dataLength()), out);
          }
        }
        case NEED_MORE -> {
          rest.release();
          return Progress.MORE;
        }
        case END -> {
          boolean extra = rest.isReadable();
          rest.release();
          end(out);
          return extra ? Progress.ENDED_WITH_EXTRA : Progress.ENDED;
        }
        case REJECTED -> {
          rest.release();
          reject = reader.reject();
          return Progress.REJECTED;
        }
      }
    }
  }

  /** The upstream closed: that is the end of some bodies, and cuts others short. */
  Progress inputClosed(Outlet out) {
    if (reader.inputClosed() != BodyReader.Step.END) {
      return Progress.REJECTED;
    }
    end(out);
    return Progress.ENDED;
  }

  private void write(ByteBuf data, Outlet out) {
    if (framing == Framing.CHUNKED) {
      out.writeChunk(data);
    } else {
      out.write(data);
    }
  }

  private void end(Outlet out) {
    if (framing == Framing.CHUNKED) {
      ChunkWriter.lastChunk(out.buffer(), reader);
    }
  }

  /** Bytes of the body that arrived. */
  long bytes() {
    return reader.bytes();
  }

  /** The rule that the response broke. */
  Reject reject() {
    return reject;
  }
}
