package dev.fairlead.proxy.http1;

/** Reads a request's target: origin form, absolute form, or {@code *} for OPTIONS. */
final class TargetParser {
  private static final byte[][] SCHEMES = {Ascii.bytes("http://"), Ascii.bytes("https://")};

  private TargetParser() {}

  /** Splits {@code head}'s target, which is visible ASCII without {@code #}. */
  static Reject parse(byte[] bytes, RequestHead head) {
    int from = head.targetStart;
    int to = head.targetEnd;
    if (bytes[from] == '*') {
      head.pathStart = from;
      head.pathEnd = to;
      return to - from == 1 && head.method == Method.OPTIONS ? Reject.NONE : Reject.BAD_TARGET;
    }
    if (bytes[from] != '/') {
      int authority = schemeEnd(bytes, from, to);
      if (authority < 0) {
        return Reject.BAD_TARGET;
      }
      int end = authority;
      while (end < to && bytes[end] != '/' && bytes[end] != '?') {
        end++;
      }
      head.authorityStart = authority;
      head.authorityEnd = end;
      head.hostEnd = Authority.hostEnd(bytes, authority, end);
      if (head.hostEnd < 0) {
        return Reject.BAD_TARGET;
      }
      from = end;
    }
    head.pathStart = from;
    return path(bytes, from, to, head);
  }

  /** The port that an absolute target means without saying so. */
  static int defaultPort(byte[] bytes, RequestHead head) {
    return bytes[head.authorityStart - 4] == 's' || bytes[head.authorityStart - 4] == 'S'
        ? 443
        : 80;
  }

  private static int schemeEnd(byte[] bytes, int from, int to) {
    for (byte[] scheme : SCHEMES) {
      if (to - from > scheme.length && Ascii.equalsLower(bytes, from, scheme)) {
        return from + scheme.length;
      }
    }
    return -1;
  }

  private static Reject path(byte[] bytes, int from, int to, RequestHead head) {
    int at = from;
    boolean suspect = false;
    for (; at < to && bytes[at] != '?'; at++) {
      byte b = bytes[at];
      if (b == '\\') {
        return Reject.BAD_TARGET;
      }
      suspect |= b == '%' || b == '.';
    }
    head.pathEnd = at;
    if (at < to) {
      head.queryStart = at + 1;
    }
    return suspect ? checkSegments(bytes, from, at) : Reject.NONE;
  }

  /**
   * Refuses broken percent-encoding, an encoded NUL, and segments that some server may read as
   * {@code .} or {@code ..}: encoded, behind an encoded slash or backslash, or with parameters.
   */
  private static Reject checkSegments(byte[] bytes, int from, int to) {
    int dots = 0;
    boolean onlyDots = true;
    boolean parameters = false;
    for (int at = from; at < to; ) {
      int c = bytes[at];
      int step = 1;
      if (c == '%') {
        if (to - at < 3 || Ascii.hex(bytes[at + 1]) < 0 || Ascii.hex(bytes[at + 2]) < 0) {
          return Reject.BAD_TARGET;
        }
        c = Ascii.hex(bytes[at + 1]) << 4 | Ascii.hex(bytes[at + 2]);
        step = 3;
        if (c == 0) {
          return Reject.BAD_TARGET;
        }
      }
      at += step;
      if (c == '/' || c == '\\') {
        if (onlyDots && (dots == 1 || dots == 2)) {
          return Reject.DOT_SEGMENT;
        }
        dots = 0;
        onlyDots = true;
        parameters = false;
      } else if (c == ';') {
        parameters = true;
      } else if (!parameters) {
        dots += c == '.' ? 1 : 0;
        onlyDots &= c == '.';
      }
    }
    return onlyDots && (dots == 1 || dots == 2) ? Reject.DOT_SEGMENT : Reject.NONE;
  }
}
