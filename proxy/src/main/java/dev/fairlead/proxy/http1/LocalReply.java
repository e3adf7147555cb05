package dev.fairlead.proxy.http1;

import dev.fairlead.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * An answer of our own, as bytes, made once. Immutable. It has no Date: a gateway without a clock
 * of its own may leave it out (RFC 9110 §6.6.1).
 */
public final class LocalReply {
  private static final byte[] CRLF = Ascii.bytes("\r\n");

  private final int status;
  private final byte[] head;
  private final FieldList fields;
  private final byte[] body;

  private LocalReply(int status, byte[] head, FieldList fields, byte[] body) {
    this.status = status;
    this.head = head;
    this.fields = fields;
    this.body = body;
  }

  /** A short plain text: {@code 404 Not Found} and the detail behind it. */
  public static LocalReply of(int status, String detail) {
    String text = (status + " " + StatusText.of(status)).strip();
    return of(
        status,
        List.of(new HeaderEdits.Header("content-type", "text/plain; charset=utf-8")),
        detail.isEmpty() ? text + "\n" : text + ": " + detail + "\n");
  }

  /**
   * An operator's static answer.
   *
   * @param status 200…599; 204 and 304 have no body, whatever {@code body} says
   * @param body sent in UTF-8
   * @throws IllegalArgumentException for a status, header name or value that could not stand in a
   *     head
   */
  public static LocalReply of(int status, List<HeaderEdits.Header> headers, String body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " is outside 200…599");
    }
    boolean bodiless = status == 204 || status == 304;
    byte[] bytes = bodiless ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(128);
    head.append("HTTP/1.1 ").append(status).append(' ').append(StatusText.of(status));
    head.append("\r\n");
    for (HeaderEdits.Header header : headers) {
      head.append(CompiledEdits.checkedName(header.name())).append(": ");
      head.append(CompiledEdits.checkedValue(header.name(), header.value())).append("\r\n");
    }
    List<HeaderEdits.Header> fields = new ArrayList<>(headers);
    if (!bodiless) {
      fields.add(new HeaderEdits.Header("content-length", Integer.toString(bytes.length)));
      head.append("content-length: ").append(bytes.length).append("\r\n");
    }
    return new LocalReply(status, Ascii.bytes(head.toString()), new FieldList(fields), bytes);
  }

  /**
   * The whole answer to a call of gRPC, which is all head ("Trailers-Only").
   *
   * @param status gRPC's
   */
  public static LocalReply grpc(int status, String message) {
    List<HeaderEdits.Header> fields =
        List.of(
            new HeaderEdits.Header("content-type", "application/grpc"),
            new HeaderEdits.Header("grpc-status", Integer.toString(status)),
            new HeaderEdits.Header("grpc-message", percentEncoded(message)));
    LocalReply whole = of(200, fields, "");
    return new LocalReply(200, whole.head, new FieldList(fields), whole.body);
  }

  /** As gRPC wants its messages: all but printable ASCII and the sign itself encoded, in UTF-8. */
  private static String percentEncoded(String message) {
    StringBuilder encoded = new StringBuilder(message.length());
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString().strip();
  }

  public int status() {
    return status;
  }

  /** Bytes of the body as it is written for {@code headRequest}. */
  public int bodyLength(boolean headRequest) {
    return headRequest ? 0 : body.length;
  }

  /** Gives the head to an encoding other than HTTP/1.1's. */
  public void head(FieldSink sink) {
    sink.status(status);
    fields.to(sink);
  }

  /** Writes the body, unless it answers HEAD. */
  public void writeBody(ByteBuf out, boolean headRequest) {
    if (!headRequest) {
      out.writeBytes(body);
    }
  }

  /**
   * Writes head and body.
   *
   * @param headRequest whether it answers HEAD: no body then
   * @param clientMinor the client's minor version: 1.0 must be told of a connection kept open
   * @param close whether the connection closes after it
   */
  public void write(ByteBuf out, boolean headRequest, int clientMinor, boolean close) {
    out.writeBytes(head);
    HeadWriter.writeConnection(out, clientMinor, close);
    out.writeBytes(CRLF);
    writeBody(out, headRequest);
  }
}
