package dev.fairlead.proxy.http1;

import java.util.Arrays;

/**
 * Parses heads strictly (RFC 9112, and stricter where servers have disagreed): what is ambiguous is
 * a {@link Reject}, nothing is repaired. Holds no state but its limits; any thread may use it.
 */
public final class HeadParser {
  /** Longer than any registered method; a longer one is an attack or a mistake. */
  private static final int MAX_METHOD = 32;

  private static final byte[] CONNECT = Ascii.bytes("connect");
  private static final Method[] METHODS = Method.values();
  private static final byte[][] METHOD_NAMES = new byte[METHODS.length - 1][];

  static {
    for (int i = 0; i < METHOD_NAMES.length; i++) {
      METHOD_NAMES[i] = Ascii.bytes(METHODS[i].name());
    }
  }

  private final HeadLimits limits;

  public HeadParser(HeadLimits limits) {
    this.limits = limits;
  }

  /**
   * Looks for the empty line that ends a head, in bytes that arrive bit by bit: O(n) in all.
   *
   * @param start first byte of the head
   * @param scanned the last call's {@code to}, or {@code start}
   * @param to one past the last byte received
   * @return one past the head's empty line, or −1 if it is not there yet. A head that ends in bare
   *     line feeds is found too, for the parser to refuse it at once
   */
  public static int headEnd(byte[] bytes, int start, int scanned, int to) {
    for (int at = Math.max(scanned, start + 1); at < to; at++) {
      if (bytes[at] == '\n') {
        byte before = bytes[at - 1];
        if (before == '\n' || (before == '\r' && at - 2 >= start && bytes[at - 2] == '\n')) {
          return at + 1;
        }
      }
    }
    return -1;
  }

  /**
   * What a head that has no end yet breaks by its size: {@link Reject#NONE}, {@link
   * Reject#TARGET_TOO_LONG} or {@link Reject#HEAD_TOO_LARGE}.
   *
   * @param head says nothing then
   */
  public Reject oversize(byte[] bytes, int start, int to, RequestHead head) {
    head.clear(bytes, start, start);
    if (to - start <= Math.min(limits.maxHeadBytes(), limits.maxTargetBytes() + MAX_METHOD)) {
      return Reject.NONE;
    }
    int line = start;
    while (line < to && bytes[line] != '\n') {
      line++;
    }
    // An empty line may stand before the request line; then this one is short and says nothing.
    if (line - start > limits.maxTargetBytes() + MAX_METHOD) {
      return Reject.TARGET_TOO_LONG;
    }
    return to - start > limits.maxHeadBytes() ? Reject.HEAD_TOO_LARGE : Reject.NONE;
  }

  /**
   * Parses a whole request head.
   *
   * @param from its first byte; one empty line (CRLF) before the request line is skipped
   * @param to what {@link #headEnd} returned
   * @param head is filled; what it holds after a reject is good for nothing but a log
   */
  public Reject parseRequest(byte[] bytes, int from, int to, RequestHead head) {
    head.clear(bytes, from, to);
    if (to <= from || bytes[to - 1] != '\n') {
      return Reject.BAD_REQUEST_LINE;
    }
    int start = from;
    if (bytes[start] == '\r' && bytes[start + 1] == '\n') {
      start += 2;
      if (start == to || bytes[start] == '\r') {
        return Reject.EMPTY_REQUEST_LINE;
      }
      head.clear(bytes, start, to);
    }
    Reject reject = requestLine(bytes, start, to, head);
    if (reject == Reject.NONE && to - from > limits.maxHeadBytes()) {
      reject = Reject.HEAD_TOO_LARGE;
    }
    if (reject == Reject.NONE) {
      reject = FieldLines.parse(bytes, head.linesStart, to, head);
    }
    return reject == Reject.NONE ? HeadRules.request(bytes, head) : reject;
  }

  /**
   * Parses a whole response head.
   *
   * @param headRequest whether it answers HEAD, so that no body follows
   */
  public Reject parseResponse(
      byte[] bytes, int from, int to, boolean headRequest, ResponseHead head) {
    head.clear(bytes, from, to);
    if (to <= from || bytes[to - 1] != '\n') {
      return Reject.BAD_STATUS_LINE;
    }
    if (to - from > limits.maxHeadBytes()) {
      return Reject.HEAD_TOO_LARGE;
    }
    Reject reject = statusLine(bytes, from, to, head);
    if (reject == Reject.NONE) {
      reject = FieldLines.parse(bytes, head.linesStart, to, head);
    }
    return reject == Reject.NONE ? HeadRules.response(bytes, headRequest, head) : reject;
  }

  /** Reads a request line up to its CRLF, and what its target means. */
  Reject requestLine(byte[] bytes, int from, int to, RequestHead head) {
    int at = from;
    while (Ascii.token(bytes[at])) {
      at++;
    }
    head.methodEnd = at;
    if (bytes[at] != ' ' || at == from || at - from > MAX_METHOD) {
      return bytes[at] == '\n' ? Reject.BARE_LF : Reject.BAD_METHOD;
    }
    head.method = method(bytes, from, at);
    int target = ++at;
    while (bytes[at] > ' ' && bytes[at] != 0x7f && bytes[at] != '#') {
      at++;
    }
    head.targetStart = target;
    head.targetEnd = at;
    if (at - target > limits.maxTargetBytes()) {
      return Reject.TARGET_TOO_LONG;
    }
    if (bytes[at] != ' ' || at == target) {
      return switch (bytes[at]) {
        case '\n' -> Reject.BARE_LF;
        case '\r' -> bytes[at + 1] == '\n' ? Reject.BAD_REQUEST_LINE : Reject.BARE_CR;
        default -> Reject.BAD_TARGET;
      };
    }
    Reject reject = version(bytes, at + 1, to, head);
    if (reject != Reject.NONE) {
      return reject;
    }
    if (bytes[at + 9] != '\r' || bytes[at + 10] != '\n') {
      return bytes[at + 9] == '\n'
          ? Reject.BARE_LF
          : bytes[at + 9] == '\r' ? Reject.BARE_CR : Reject.BAD_VERSION;
    }
    if (head.method == Method.OTHER) {
      if (Ascii.equalsLower(bytes, from, head.methodEnd, CONNECT)) {
        return Reject.CONNECT;
      }
      if (inAnotherCase(bytes, from, head.methodEnd)) {
        return Reject.BAD_METHOD;
      }
    }
    head.linesStart = at + 11;
    return TargetParser.parse(bytes, head);
  }

  /** Reads a status line up to its CRLF. */
  static Reject statusLine(byte[] bytes, int from, int to, ResponseHead head) {
    if (version(bytes, from, to, head) != Reject.NONE || to - from < 14) {
      return Reject.BAD_STATUS_LINE;
    }
    int at = from + 9;
    if (bytes[at - 1] != ' ' || bytes[at] < '1' || bytes[at] > '5') {
      return Reject.BAD_STATUS_LINE;
    }
    if (!Ascii.digit(bytes[at + 1]) || !Ascii.digit(bytes[at + 2])) {
      return Reject.BAD_STATUS_LINE;
    }
    head.status = (bytes[at] - '0') * 100 + (bytes[at + 1] - '0') * 10 + bytes[at + 2] - '0';
    at += 3;
    if (bytes[at] == ' ') {
      at++;
    } else if (bytes[at] != '\r') {
      return bytes[at] == '\n' ? Reject.BARE_LF : Reject.BAD_STATUS_LINE;
    }
    head.reasonStart = at;
    while (Ascii.value(bytes[at])) {
      at++;
    }
    head.reasonEnd = at;
    if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      return FieldLines.badByte(bytes[at]);
    }
    head.linesStart = at + 2;
    return Reject.NONE;
  }

  /** Reads {@code HTTP/x.y} and makes sure that two bytes stand behind it. */
  private static Reject version(byte[] bytes, int at, int to, Head head) {
    if (to - at < 10
        || bytes[at] != 'H'
        || bytes[at + 1] != 'T'
        || bytes[at + 2] != 'T'
        || bytes[at + 3] != 'P'
        || bytes[at + 4] != '/'
        || !Ascii.digit(bytes[at + 5])
        || bytes[at + 6] != '.'
        || !Ascii.digit(bytes[at + 7])) {
      return Reject.BAD_VERSION;
    }
    head.minor = bytes[at + 7] - '0';
    return bytes[at + 5] == '1' && head.minor <= 1 ? Reject.NONE : Reject.UNSUPPORTED_VERSION;
  }

  private static Method method(byte[] bytes, int from, int to) {
    for (int i = 0; i < METHOD_NAMES.length; i++) {
      byte[] name = METHOD_NAMES[i];
      if (bytes[from] == name[0] && Arrays.equals(bytes, from, to, name, 0, name.length)) {
        return METHODS[i];
      }
    }
    return Method.OTHER;
  }

  /**
   * Whether a lax upstream would take the method for one of ours. If {@code head} were HEAD to it
   * and an unknown method to us, we would not agree on where its answer ends.
   */
  private static boolean inAnotherCase(byte[] bytes, int from, int to) {
    for (byte[] name : METHOD_NAMES) {
      if (to - from == name.length && Ascii.equalsIgnoreCase(bytes, from, name, 0, name.length)) {
        return true;
      }
    }
    return false;
  }
}
