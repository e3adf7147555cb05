package dev.fairlead.proxy.http1;

/** The {@code host[:port]} of a Host header or an absolute target. */
final class Authority {
  /** Longest name that DNS knows; it bounds what a router hashes. */
  static final int MAX_HOST = 255;

  private Authority() {}

  /**
   * One past the host, −1 if the range is no authority. Names are letters, digits, {@code - . _ ~}
   * without empty labels; a literal IPv6 address stands in brackets. Userinfo, path,
   * percent-encoding and an empty port are refused.
   */
  static int hostEnd(byte[] bytes, int from, int to) {
    if (from == to) {
      return -1;
    }
    int end = bytes[from] == '[' ? literalEnd(bytes, from, to) : nameEnd(bytes, from, to);
    if (end < 0 || end - from > MAX_HOST || (end < to && port(bytes, end, to) < 0)) {
      return -1;
    }
    return end;
  }

  private static int nameEnd(byte[] bytes, int from, int to) {
    int at = from;
    byte before = '.';
    for (; at < to && bytes[at] != ':'; at++) {
      byte b = bytes[at];
      byte lower = Ascii.lower(b);
      boolean label = (lower >= 'a' && lower <= 'z') || Ascii.digit(b) || b == '-' || b == '_';
      if (!label && b != '~' && (b != '.' || before == '.')) {
        return -1;
      }
      before = b;
    }
    return at == from ? -1 : at;
  }

  private static int literalEnd(byte[] bytes, int from, int to) {
    int at = from + 1;
    int colons = 0;
    while (at < to && (Ascii.hex(bytes[at]) >= 0 || bytes[at] == ':' || bytes[at] == '.')) {
      colons += bytes[at] == ':' ? 1 : 0;
      at++;
    }
    return at < to && bytes[at] == ']' && colons >= 2 ? at + 1 : -1;
  }

  /** The port behind {@code :} at {@code from}, 0…65535; −1 if there is none there. */
  static int port(byte[] bytes, int from, int to) {
    if (bytes[from] != ':' || to - from < 2 || to - from > 6) {
      return -1;
    }
    int port = 0;
    for (int at = from + 1; at < to; at++) {
      if (!Ascii.digit(bytes[at])) {
        return -1;
      }
      port = port * 10 + bytes[at] - '0';
    }
    return port <= 65535 ? port : -1;
  }

  /** Whether two valid authorities are one place, where a missing port is {@code defaultPort}. */
  static boolean same(
      byte[] bytes, int fromA, int endA, int toA, int fromB, int endB, int toB, int defaultPort) {
    int length = endA - fromA;
    return endB - fromB == length
        && Ascii.equalsIgnoreCase(bytes, fromA, bytes, fromB, length)
        && (endA < toA ? port(bytes, endA, toA) : defaultPort)
            == (endB < toB ? port(bytes, endB, toB) : defaultPort);
  }
}
