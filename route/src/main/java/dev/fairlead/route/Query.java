package dev.fairlead.route;

import java.util.Arrays;

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

  /** The range without its encoding, anew. */
  static byte[] decoded(byte[] bytes, int from, int to) {
    byte[] decoded = new byte[to - from];
    int length = 0;
    for (int at = from; at < to; at += encodedLength(bytes, at, to)) {
      decoded[length++] = decode(bytes, at, to);
    }
    return Arrays.copyOf(decoded, length);
  }

  private static boolean equalDecoded(byte[] bytes, int from, int to, byte[] wanted) {
    int at = from;
    for (byte want : wanted) {
      if (at >= to || decode(bytes, at, to) != want) {
        return false;
      }
      at += encodedLength(bytes, at, to);
    }
    return at == to;
  }

  private static byte decode(byte[] bytes, int at, int to) {
    if (encodedLength(bytes, at, to) == 3) {
      int high = Character.digit(bytes[at + 1], 16);
      return (byte) (high << 4 | Character.digit(bytes[at + 2], 16));
    }
    return bytes[at] == '+' ? (byte) ' ' : bytes[at];
  }

  /** 3 for a percent sign with its digits, else 1. */
  private static int encodedLength(byte[] bytes, int at, int to) {
    return bytes[at] == '%'
            && to - at >= 3
            && Character.digit(bytes[at + 1], 16) >= 0
            && Character.digit(bytes[at + 2], 16) >= 0
        ? 3
        : 1;
  }
}
