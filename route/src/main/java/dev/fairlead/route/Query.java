package dev.fairlead.route;

/**
 * A query string, compared decoded and without copying it: {@code %41} is A, {@code +} is a space
 * (form encoding, as clients write it), and a percent sign without two hex digits is itself.
 */
final class Query {
  private Query() {}

  /** Whether the first parameter of this name has this value. */
  static boolean has(byte[] bytes, int from, int to, byte[] name, byte[] value) {
    int start = valueStart(bytes, from, to, name);
    return start >= 0 && equalDecoded(bytes, start, valueEnd(bytes, start, to), value);
  }

  /**
   * Where the value of the first parameter of this name starts, which is its end where there is no
   * {@code =}; −1 if there is no such parameter.
   */
  static int valueStart(byte[] bytes, int from, int to, byte[] name) {
    if (from < 0) {
      return -1;
    }
    for (int at = from; at < to; ) {
      int end = at;
      int equals = -1;
      while (end < to && bytes[end] != '&') {
        if (bytes[end] == '=' && equals < 0) {
          equals = end;
        }
        end++;
      }
      if (end > at && equalDecoded(bytes, at, equals < 0 ? end : equals, name)) {
        return equals < 0 ? end : equals + 1;
      }
      at = end + 1;
    }
    return -1;
  }

  /** Where the value that starts at {@code start} ends. */
  static int valueEnd(byte[] bytes, int start, int to) {
    int end = start;
    while (end < to && bytes[end] != '&') {
      end++;
    }
    return end;
  }

  private static boolean equalDecoded(byte[] bytes, int from, int to, byte[] wanted) {
    int at = from;
    for (byte want : wanted) {
      if (at >= to) {
        return false;
      }
      int b = bytes[at++];
      if (b == '+') {
        b = ' ';
      } else if (b == '%' && to - at >= 2) {
        int high = Character.digit(bytes[at], 16);
        int low = Character.digit(bytes[at + 1], 16);
        if (high >= 0 && low >= 0) {
          b = (byte) (high << 4 | low);
          at += 2;
        }
      }
      if (b != want) {
        return false;
      }
    }
    return at == to;
  }
}
