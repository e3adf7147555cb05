package dev.fairlead.proxy.http1;

import static dev.fairlead.proxy.http1.FieldRules.AUTHORITY;
import static dev.fairlead.proxy.http1.FieldRules.BAD_NAME;
import static dev.fairlead.proxy.http1.FieldRules.METHOD;
import static dev.fairlead.proxy.http1.FieldRules.PATH;
import static dev.fairlead.proxy.http1.FieldRules.PSEUDO_KINDS;
import static dev.fairlead.proxy.http1.FieldRules.SCHEME;
import static dev.fairlead.proxy.http1.FieldRules.STATUS;
import static dev.fairlead.proxy.http1.FieldRules.pseudoIndex;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lays out fields that come one by one, as HTTP/2 has them, as the lines of an HTTP/1.1 head, and
 * holds them to the rules of one. So whoever reads, edits or writes heads knows one form only.
 *
 * <pre>{@code
 * builder.begin(head);                        // or beginTrailers, or skip
 * byte[] bytes = builder.room(n);             // for each field: name, ": ", value, CR, LF …
 * ... write the line at builder.at() ...
 * builder.line(kind, fault, nameLength, valueLength);
 * Reject reject = builder.finishRequest(end);
 * }</pre>
 *
 * <p>One builder serves one event loop or connection. The first rule that is broken stands; fields
 * behind it are dropped unread, since a decoder must read on to keep its tables right.
 */
public final class HeadBuilder {
  /** Most heads fit, so that few arrays grow. */
  private static final int FIRST_BYTES = 1024;

  /** An array that grew past it is not kept for the next head. */
  static final int KEPT_BYTES = 8 * 1024;

  private static final byte[] HTTP = Ascii.bytes("http");
  private static final byte[] HTTPS = Ascii.bytes("https");
  private static final byte[] CONNECT = Ascii.bytes("connect");
  private static final byte[] TRAILERS = Ascii.bytes("trailers");
  private static final byte[] HOST = Ascii.bytes("host: ");
  private static final byte[] VERSION_LINE = Ascii.bytes(" HTTP/1.1\r\n");
  private static final byte[] VERSION = Ascii.bytes("HTTP/1.1 ");

  private final HeadLimits limits;
  private final HeadParser parser;
  private byte[] spare = new byte[0];
  private byte[] bytes = spare;
  private int at;
  private @Nullable Head head;
  private Reject reject = Reject.NONE;

  /**
   * Where the value of each pseudo-header stands, by {@link FieldRules#pseudoIndex}; an end of 0:
   * there was none.
   */
  private final int[] pseudoStart = new int[PSEUDO_KINDS];

  private final int[] pseudoEnd = new int[PSEUDO_KINDS];
  private boolean started;
  private int fields;
  private int cookie;

  public HeadBuilder(HeadLimits limits) {
    this.limits = limits;
    this.parser = new HeadParser(limits);
  }

  /** Begins a request's or response's head, or trailers; what {@code into} held is gone. */
  public void begin(Head into) {
    if (into.own.length == 0 || into.own.length > KEPT_BYTES) {
      into.own = new byte[FIRST_BYTES];
    }
    start(into, into.own);
    // A head that is refused early must not look like the one before it.
    into.clear(bytes, 0, 0);
    started = into instanceof TrailerHead;
  }

  /** Begins a head that nobody wants: its fields are read past. */
  public void skip() {
    if (spare.length == 0 || spare.length > KEPT_BYTES) {
      spare = new byte[FIRST_BYTES];
    }
    start(null, spare);
  }

  private void start(@Nullable Head into, byte[] storage) {
    head = into;
    bytes = storage;
    at = 0;
    reject = Reject.NONE;
    Arrays.fill(pseudoEnd, 0);
    started = false;
    fields = 0;
    cookie = -1;
  }

  /** The array that the next line is to be written to, with room for {@code n} bytes. */
  public byte[] room(int n) {
    if (bytes.length - at < n) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + n));
      bytes = larger;
      if (head == null) {
        spare = larger;
      } else {
        head.own = larger;
      }
    }
    return bytes;
  }

  /** Where in {@link #room} the next line starts. */
  public int at() {
    return at;
  }

  /** Whether a next field has no effect any more, so that it need not be written. */
  public boolean discards() {
    return head == null || reject != Reject.NONE;
  }

  /**
   * Takes the field whose line was written at {@link #at}.
   *
   * @param kind what {@link FieldRules#kind} says of its name
   * @param fault what {@link FieldRules#valueFault} says of its value
   */
  public void line(byte kind, Reject fault, int nameLength, int valueLength) {
    Head into = head;
    if (into == null || reject != Reject.NONE) {
      return;
    }
    int end = at + nameLength + valueLength + 4;
    if (++fields > into.nameStart.length) {
      reject = Reject.TOO_MANY_HEADERS;
    } else if (end - (started ? into.start : 0) > limits.maxHeadBytes()) {
      reject = Reject.HEAD_TOO_LARGE;
    } else if (kind == BAD_NAME) {
      reject = Reject.BAD_HEADER_NAME;
    } else if (fault != Reject.NONE) {
      reject = fault;
    } else if (kind < 0) {
      reject = pseudo(kind, at + nameLength + 2, valueLength);
      at = end;
    } else {
      if (!started) {
        reject = startLine(into, nameLength + valueLength + 4);
      }
      if (reject == Reject.NONE) {
        reject = regular(into, kind, nameLength, valueLength);
      }
    }
  }

  private Reject pseudo(byte kind, int valueStart, int valueLength) {
    int i = pseudoIndex(kind);
    if (started || i >= PSEUDO_KINDS || pseudoEnd[i] > 0 || valueLength == 0) {
      return Reject.BAD_PSEUDO_HEADER;
    }
    pseudoStart[i] = valueStart;
    pseudoEnd[i] = valueStart + valueLength;
    return Reject.NONE;
  }

  private boolean has(byte kind) {
    return endOf(kind) > 0;
  }

  private int startOf(byte kind) {
    return pseudoStart[pseudoIndex(kind)];
  }

  private int endOf(byte kind) {
    return pseudoEnd[pseudoIndex(kind)];
  }

  private int length(byte kind) {
    return has(kind) ? endOf(kind) - startOf(kind) : 0;
  }

  private int append(byte kind, int to) {
    int length = length(kind);
    System.arraycopy(bytes, startOf(kind), bytes, to, length);
    return to + length;
  }

  private int append(byte[] constant, int to) {
    System.arraycopy(constant, 0, bytes, to, constant.length);
    return to + constant.length;
  }

  /**
   * Writes the start line behind the pseudo-headers and, where a first field's line already stands
   * there, in front of it.
   */
  private Reject startLine(Head into, int lineLength) {
    started = true;
    boolean request = into instanceof RequestHead;
    int authority = length(AUTHORITY);
    int length =
        request
            ? length(METHOD) + 1 + length(PATH) + VERSION_LINE.length
            : VERSION.length + length(STATUS) + 3;
    length += authority > 0 ? HOST.length + authority + 2 : 0;
    room(length + lineLength);
    System.arraycopy(bytes, at, bytes, at + length, lineLength);
    int start = at;
    at += length;
    into.clear(bytes, start, at);
    return into instanceof RequestHead to
        ? requestLine(to, start)
        : statusLine((ResponseHead) into, start);
  }

  private Reject requestLine(RequestHead into, int start) {
    if (!has(METHOD) || has(STATUS)) {
      return Reject.BAD_PSEUDO_HEADER;
    }
    if (Ascii.equalsLower(bytes, startOf(METHOD), endOf(METHOD), CONNECT)) {
      return Reject.CONNECT;
    }
    if (!has(PATH) || !has(SCHEME)) {
      return Reject.BAD_PSEUDO_HEADER;
    }
    byte first = bytes[startOf(PATH)];
    if (first != '/' && first != '*') {
      return Reject.BAD_PSEUDO_HEADER;
    }
    if (!Ascii.equalsLower(bytes, startOf(SCHEME), endOf(SCHEME), HTTP)
        && !Ascii.equalsLower(bytes, startOf(SCHEME), endOf(SCHEME), HTTPS)) {
      return Reject.BAD_TARGET;
    }
    int to = append(METHOD, start);
    bytes[to++] = ' ';
    to = append(VERSION_LINE, append(PATH, to));
    if (has(AUTHORITY)) {
      int value = append(HOST, to);
      int end = append(AUTHORITY, value);
      bytes[end] = '\r';
      bytes[end + 1] = '\n';
      into.add(to, to + 4, value, end, KnownHeader.HOST);
    }
    // A space in :method or :path makes a line that does not parse: no value can end it early.
    return parser.requestLine(bytes, start, at, into);
  }

  private Reject statusLine(ResponseHead into, int start) {
    boolean alone = !has(METHOD) && !has(SCHEME) && !has(PATH) && !has(AUTHORITY);
    if (!alone || length(STATUS) != 3) {
      return Reject.BAD_PSEUDO_HEADER;
    }
    int to = append(STATUS, append(VERSION, start));
    bytes[to] = ' ';
    bytes[to + 1] = '\r';
    bytes[to + 2] = '\n';
    return HeadParser.statusLine(bytes, start, at, into);
  }

  private Reject regular(Head into, byte kind, int nameLength, int valueLength) {
    int value = at + nameLength + 2;
    int end = value + valueLength;
    switch (kind) {
      case KnownHeader.CONNECTION,
          KnownHeader.KEEP_ALIVE,
          KnownHeader.PROXY_CONNECTION,
          KnownHeader.TRANSFER_ENCODING,
          KnownHeader.UPGRADE -> {
        return Reject.CONNECTION_HEADER;
      }
      case KnownHeader.TE -> {
        if (!Ascii.equalsLower(bytes, value, end, TRAILERS)) {
          return Reject.CONNECTION_HEADER;
        }
      }
      case KnownHeader.HOST -> {
        if (has(AUTHORITY)) {
          return secondHost(into, value, end);
        }
      }
      case KnownHeader.COOKIE -> {
        if (into instanceof RequestHead && cookie >= 0) {
          crumb(into, value, valueLength);
          return Reject.NONE;
        }
        cookie = into.count;
      }
      default -> {}
    }
    if (into.count == into.nameStart.length) {
      return Reject.TOO_MANY_HEADERS;
    }
    into.add(at, at + nameLength, value, end, kind);
    at = end + 2;
    return Reject.NONE;
  }

  /**
   * Host beside :authority must name the same place (RFC 9113 §8.3.1), and is then one too many.
   */
  private Reject secondHost(Head into, int from, int to) {
    int hostEnd = Authority.hostEnd(bytes, from, to);
    int own = into.valueStart[0];
    int ownEnd = into.valueEnd[0];
    int ownHostEnd = Authority.hostEnd(bytes, own, ownEnd);
    if (hostEnd < 0 || ownHostEnd < 0) {
      return Reject.BAD_HOST;
    }
    int port = length(SCHEME) == HTTPS.length ? 443 : 80;
    return Authority.same(bytes, from, hostEnd, to, own, ownHostEnd, ownEnd, port)
        ? Reject.NONE
        : Reject.HOST_MISMATCH;
  }

  /** Joins a further cookie to the first (RFC 9113 §8.2.3): to HTTP/1.1 they must be one line. */
  private void crumb(Head into, int value, int length) {
    if (length == 0) {
      return;
    }
    int more = length + 2;
    int aside = value + length + 2;
    room(aside + length + more - at);
    System.arraycopy(bytes, value, bytes, aside + more, length);
    int gap = into.valueEnd[cookie];
    System.arraycopy(bytes, gap, bytes, gap + more, at - gap);
    bytes[gap] = ';';
    bytes[gap + 1] = ' ';
    System.arraycopy(bytes, aside + more, bytes, gap + 2, length);
    into.valueEnd[cookie] += more;
    for (int i = cookie + 1; i < into.count; i++) {
      into.nameStart[i] += more;
      into.nameEnd[i] += more;
      into.valueStart[i] += more;
      into.valueEnd[i] += more;
    }
    at += more;
  }

  /**
   * Ends a request's head.
   *
   * @param end whether no body follows
   */
  public Reject finishRequest(boolean end) {
    if (!(head instanceof RequestHead into) || !finish(into)) {
      return reject;
    }
    reject = HeadRules.request(bytes, into);
    if (reject == Reject.NONE && into.framing == Framing.NONE && into.contentLength < 0 && !end) {
      into.framing = Framing.CHUNKED;
    }
    return checkEnd(into, end);
  }

  /**
   * Ends a response's head.
   *
   * @param headRequest whether it answers HEAD, so that no body follows
   * @param end whether nothing at all follows, not even trailers
   */
  public Reject finishResponse(boolean headRequest, boolean end) {
    if (!(head instanceof ResponseHead into) || !finish(into)) {
      return reject;
    }
    reject = HeadRules.response(bytes, headRequest, into);
    if (reject == Reject.NONE && into.status < 200 && end) {
      reject = Reject.BAD_STATUS_LINE;
    }
    if (into.framing == Framing.UNTIL_CLOSE) {
      into.framing = end ? Framing.NONE : Framing.CHUNKED;
    }
    into.keepAlive = true;
    return checkEnd(into, end);
  }

  /** Ends trailers. */
  public Reject finishTrailers() {
    if (head instanceof TrailerHead into) {
      finish(into);
    }
    return reject;
  }

  private boolean finish(Head into) {
    if (reject == Reject.NONE && !started) {
      reject = startLine(into, 0);
    }
    room(2);
    bytes[at] = '\r';
    bytes[at + 1] = '\n';
    into.bytes = bytes;
    into.end = at + 2;
    return reject == Reject.NONE;
  }

  private Reject checkEnd(Head into, boolean end) {
    if (reject == Reject.NONE && end && into.framing == Framing.LENGTH) {
      if (into.contentLength > 0) {
        reject = Reject.BODY_CUT_SHORT;
      }
      into.framing = Framing.NONE;
    }
    return reject;
  }
}
