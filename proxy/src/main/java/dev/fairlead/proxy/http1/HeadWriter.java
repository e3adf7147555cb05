package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * Writes heads from what was parsed: kept headers in their order, without the hop-by-hop ones, then
 * ours. All bytes go to {@code out}, so that head and body may leave in one write.
 */
public final class HeadWriter {
  private static final byte[] VERSION_LINE = Ascii.bytes(" HTTP/1.1\r\n");
  private static final byte[] VERSION = Ascii.bytes("HTTP/1.1 ");
  private static final byte[] HOST = Ascii.bytes("host: ");
  private static final byte[] CONNECTION_UPGRADE = Ascii.bytes("connection: upgrade\r\n");
  private static final byte[] CONNECTION_CLOSE = Ascii.bytes("connection: close\r\n");
  private static final byte[] CONNECTION_KEEP_ALIVE = Ascii.bytes("connection: keep-alive\r\n");
  private static final byte[] CHUNKED = Ascii.bytes("transfer-encoding: chunked\r\n");
  static final byte[] TRACEPARENT = Ascii.bytes("traceparent");
  private static final byte[] COLON = Ascii.bytes(": ");
  private static final byte[] CRLF = Ascii.bytes("\r\n");

  private HeadWriter() {}

  /**
   * The request as it goes upstream, always HTTP/1.1, on a connection that stays open.
   *
   * <p>The body's framing is the request's own: Content-Length is passed on, a chunked body is
   * chunked again. Where {@code head.upgradeHeader() >= 0} the upgrade is asked for.
   */
  public static void request(
      ByteBuf out,
      RequestHead head,
      CompiledRewrite rewrite,
      CompiledEdits edits,
      ClientInfo client) {
    out.writeBytes(head.bytes, head.start, head.methodEnd - head.start);
    out.writeByte(' ');
    rewrite.writeTarget(out, head);
    out.writeBytes(VERSION_LINE);
    int kept = -1;
    for (int i = 0; i < head.count; i++) {
      byte id = head.known[i];
      boolean host = id == KnownHeader.HOST && rewrite.host.length > 0;
      if (head.dropped[i]
          || host
          || id == KnownHeader.TRANSFER_ENCODING
          || client.replaces(id)
          || edits.replaces(head, i)) {
        flush(out, head, kept, i);
        kept = -1;
        if (host) {
          out.writeBytes(HOST);
          out.writeBytes(rewrite.host);
          out.writeBytes(CRLF);
        }
      } else {
        kept = keep(out, head, kept, i);
      }
    }
    flush(out, head, kept, head.count);
    client.write(out, head, edits);
    if (head.grpcTimeoutLength > 0 && !edits.replaces(GrpcTimeout.NAME)) {
      out.writeBytes(GrpcTimeout.NAME);
      out.writeBytes(COLON);
      out.writeBytes(head.grpcTimeout, 0, head.grpcTimeoutLength);
      out.writeBytes(CRLF);
    }
    if (head.traceparent.length > 0 && !edits.replaces(TRACEPARENT)) {
      out.writeBytes(TRACEPARENT);
      out.writeBytes(COLON);
      out.writeBytes(head.traceparent);
      out.writeBytes(CRLF);
    }
    AttemptMark.write(out, head);
    if (head.framing == Framing.CHUNKED) {
      out.writeBytes(CHUNKED);
    }
    finish(out, head, edits);
  }

  /**
   * The response as it goes to the client, always HTTP/1.1.
   *
   * @param framing how the body is written: the head's own, or CHUNKED in place of UNTIL_CLOSE, or
   *     the reverse for a client of HTTP/1.0
   * @param request whose answer it is, for the client's version
   * @param close whether the connection closes after it; interim responses say nothing of it
   */
  public static void response(
      ByteBuf out,
      ResponseHead head,
      RequestHead request,
      Framing framing,
      CompiledEdits edits,
      boolean close) {
    out.writeBytes(VERSION);
    out.writeBytes(head.bytes, head.start + VERSION.length, 3);
    out.writeByte(' ');
    out.writeBytes(head.bytes, head.reasonStart, head.reasonEnd - head.reasonStart);
    out.writeBytes(CRLF);
    // A Content-Length may stand where there is no body only if it says what GET would have got.
    boolean dropLength = head.status < 200 || head.status == 204;
    int kept = -1;
    for (int i = 0; i < head.count; i++) {
      byte id = head.known[i];
      if (head.dropped[i]
          || id == KnownHeader.TRANSFER_ENCODING
          || (id == KnownHeader.CONTENT_LENGTH && dropLength)
          || edits.replaces(head, i)) {
        flush(out, head, kept, i);
        kept = -1;
      } else {
        kept = keep(out, head, kept, i);
      }
    }
    flush(out, head, kept, head.count);
    if (framing == Framing.CHUNKED) {
      out.writeBytes(CHUNKED);
    }
    if (head.status >= 200) {
      writeConnection(out, request.minor, close);
    }
    finish(out, head, edits);
  }

  static void writeConnection(ByteBuf out, int clientMinor, boolean close) {
    if (close) {
      out.writeBytes(CONNECTION_CLOSE);
    } else if (clientMinor == 0) {
      out.writeBytes(CONNECTION_KEEP_ALIVE);
    }
  }

  private static void finish(ByteBuf out, Head head, CompiledEdits edits) {
    if (head.upgradeIndex >= 0) {
      out.writeBytes(CONNECTION_UPGRADE);
      line(out, head, head.upgradeIndex);
    }
    out.writeBytes(edits.lines);
    out.writeBytes(CRLF);
  }

  /** Adds a header to the run of lines that are copied as one; returns where the run starts. */
  private static int keep(ByteBuf out, Head head, int kept, int header) {
    if (canonical(head, header)) {
      return kept >= 0 ? kept : header;
    }
    flush(out, head, kept, header);
    line(out, head, header);
    return -1;
  }

  /** Whether the line stands in the bytes just as {@link #line} would write it. */
  private static boolean canonical(Head head, int header) {
    int start = head.valueStart[header];
    return start - head.nameEnd[header] == 2
        && head.bytes[start - 1] == ' '
        && head.bytes[head.valueEnd[header]] == '\r';
  }

  private static void flush(ByteBuf out, Head head, int from, int to) {
    if (from >= 0) {
      int start = head.nameStart[from];
      out.writeBytes(head.bytes, start, head.valueEnd[to - 1] + 2 - start);
    }
  }

  static void line(ByteBuf out, Head head, int header) {
    out.writeBytes(
        head.bytes, head.nameStart[header], head.nameEnd[header] - head.nameStart[header]);
    out.writeBytes(COLON);
    out.writeBytes(
        head.bytes, head.valueStart[header], head.valueEnd[header] - head.valueStart[header]);
    out.writeBytes(CRLF);
  }
}
