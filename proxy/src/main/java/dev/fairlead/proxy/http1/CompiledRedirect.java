package dev.fairlead.proxy.http1;

import dev.fairlead.route.Action;
import dev.fairlead.route.Match;
import dev.fairlead.route.Rewrite;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** A redirect as bytes, made once for each rule and match. Immutable. */
public final class CompiledRedirect {
  private static final byte[] END = Ascii.bytes("\r\ncontent-length: 0\r\n");
  private static final byte[] CRLF = Ascii.bytes("\r\n");
  private static final byte[] LOCATION = Ascii.bytes("location");
  private static final byte[] CONTENT_LENGTH = Ascii.bytes("content-length");
  private static final byte[] ZERO = Ascii.bytes("0");

  private final int status;

  /** Status line and Location up to its value. */
  private final byte[] start;

  private final byte[] scheme;
  private final byte[] host;
  private final byte[] port;
  private final CompiledRewrite path;

  /** What the rule adds to the answer: of the headers that are here there is nothing to replace. */
  private final CompiledEdits edits;

  private CompiledRedirect(
      int status,
      byte[] start,
      byte[] scheme,
      byte[] host,
      byte[] port,
      CompiledRewrite path,
      CompiledEdits edits) {
    this.status = status;
    this.start = start;
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.path = path;
    this.edits = edits;
  }

  /**
   * @param scheme of the listener, {@code http} or {@code https}, where the action names none
   * @param port of the listener; by Gateway API it is kept unless the action names scheme or port,
   *     and left out where it is the scheme's own
   * @param edits of the rule to its answers
   * @throws IllegalArgumentException for a status that is no redirect, or a part that could not
   *     stand in a Location
   */
  public static CompiledRedirect of(
      Action.Redirect action, Match match, String scheme, int port, CompiledEdits edits) {
    int status = action.status();
    if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
      throw new IllegalArgumentException("status " + status + " is no redirect");
    }
    String to = action.scheme().orElse(scheme);
    if (!to.equals("http") && !to.equals("https")) {
      throw new IllegalArgumentException("scheme '" + to + "' is neither http nor https");
    }
    int own = to.equals("https") ? 443 : 80;
    int effective = action.port().orElse(action.scheme().isPresent() ? own : port);
    if (effective < 1 || effective > 65535) {
      throw new IllegalArgumentException("port " + effective + " is outside 1…65535");
    }
    return new CompiledRedirect(
        status,
        Ascii.bytes("HTTP/1.1 " + status + " " + StatusText.of(status) + "\r\nlocation: "),
        Ascii.bytes(to + "://"),
        action.host().map(CompiledRedirect::checkedHost).orElse(new byte[0]),
        Ascii.bytes(effective == own ? "" : ":" + effective),
        CompiledRewrite.of(new Rewrite(Optional.empty(), action.path()), match),
        edits);
  }

  private static byte[] checkedHost(String host) {
    byte[] bytes = CompiledRewrite.checkedHost(host);
    if (Authority.hostEnd(bytes, 0, bytes.length) < bytes.length) {
      throw new IllegalArgumentException("'" + host + "' has a port, which a redirect names apart");
    }
    return bytes;
  }

  public int status() {
    return status;
  }

  /** Writes the whole answer: Location from the request's own parts, no body. */
  public void write(ByteBuf out, RequestHead request, boolean close) {
    out.writeBytes(start);
    writeLocation(out, request);
    out.writeBytes(END);
    HeadWriter.writeConnection(out, request.minor, close);
    out.writeBytes(edits.lines);
    out.writeBytes(CRLF);
  }

  /**
   * Gives the head to an encoding other than HTTP/1.1's.
   *
   * @param scratch a heap buffer, whose content is lost
   */
  void head(FieldSink sink, RequestHead request, ByteBuf scratch) {
    scratch.clear();
    writeLocation(scratch, request);
    sink.status(status);
    sink.field(
        KnownHeader.OTHER, LOCATION, 0, LOCATION.length, scratch.array(), 0, scratch.writerIndex());
    sink.field(KnownHeader.CONTENT_LENGTH, CONTENT_LENGTH, ZERO);
    edits.fields(sink);
  }

  private void writeLocation(ByteBuf out, RequestHead request) {
    out.writeBytes(scheme);
    if (host.length > 0) {
      out.writeBytes(host);
    } else {
      out.writeBytes(
          request.bytes, request.authorityStart, request.hostEnd - request.authorityStart);
    }
    out.writeBytes(port);
    // OPTIONS * asks for the whole server, which a Location names by leaving the path out.
    if (request.bytes[request.pathStart] != '*') {
      path.writeTarget(out, request);
    }
  }
}
