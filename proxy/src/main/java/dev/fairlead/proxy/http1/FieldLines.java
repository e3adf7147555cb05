package dev.fairlead.proxy.http1;

/** The header lines of a head or of trailers, read by one set of rules. */
final class FieldLines {
  private FieldLines() {}

  /**
   * Reads lines into {@code head} up to the empty line that ends at {@code to}. {@code bytes[to −
   * 1]} must be a line feed: every scan below stops at one, so none runs past {@code to}.
   */
  static Reject parse(byte[] bytes, int from, int to, Head head) {
    int at = from;
    while (at < to) {
      byte first = bytes[at];
      if (first == '\r') {
        return bytes[at + 1] != '\n'
            ? Reject.BARE_CR
            : at + 2 == to ? Reject.NONE : Reject.NO_COLON;
      }
      if (first == ' ' || first == '\t') {
        return Reject.OBS_FOLD;
      }
      int colon = at;
      while (Ascii.token(bytes[colon])) {
        colon++;
      }
      if (bytes[colon] != ':' || colon == at) {
        return badName(bytes, at, colon);
      }
      int start = colon + 1;
      while (bytes[start] == ' ' || bytes[start] == '\t') {
        start++;
      }
      int line = start;
      while (Ascii.value(bytes[line])) {
        line++;
      }
      if (bytes[line] != '\r' || bytes[line + 1] != '\n') {
        return badByte(bytes[line]);
      }
      int end = line;
      while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
        end--;
      }
      if (head.count == head.nameStart.length) {
        return Reject.TOO_MANY_HEADERS;
      }
      byte id = KnownHeader.of(bytes, at, colon);
      if (id == KnownHeader.LOOKALIKE) {
        return Reject.BAD_HEADER_NAME;
      }
      head.add(at, colon, start, end, id);
      at = line + 2;
    }
    return Reject.NO_COLON;
  }

  private static Reject badName(byte[] bytes, int from, int at) {
    byte stop = bytes[at];
    if (stop == '\n') {
      return Reject.BARE_LF;
    }
    if (stop == '\r') {
      return bytes[at + 1] == '\n' ? Reject.NO_COLON : Reject.BARE_CR;
    }
    if (stop == ' ' || stop == '\t') {
      int next = at;
      while (bytes[next] == ' ' || bytes[next] == '\t') {
        next++;
      }
      return bytes[next] == ':' && at > from ? Reject.SPACE_BEFORE_COLON : Reject.BAD_HEADER_NAME;
    }
    return stop >= 0 && (stop < ' ' || stop == 0x7f) ? Reject.CONTROL_BYTE : Reject.BAD_HEADER_NAME;
  }

  /** The rule that a byte breaks which may stand neither in a value nor end its line. */
  static Reject badByte(byte stop) {
    return switch (stop) {
      case '\n' -> Reject.BARE_LF;
      case '\r' -> Reject.BARE_CR;
      default -> Reject.CONTROL_BYTE;
    };
  }
}
