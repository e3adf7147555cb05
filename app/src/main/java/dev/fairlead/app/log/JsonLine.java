package dev.fairlead.app.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object being written as ASCII bytes; reused from line to line. Own code because the
 * access log runs for each request: no tree, no string and no array is made.
 */
final class JsonLine {
  /** A string is cut after so many characters: a line stays small whatever a client sends. */
  static final int MAX_STRING = 4096;

  private static final byte[] HEX =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[1024];
  private int length;
  private boolean first;

  void begin() {
    length = 0;
    first = true;
    put('{');
  }

  void end() {
    put('}');
    put('\n');
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** {@code name} is ours and needs no escaping. */
  void field(String name, @Nullable String value) {
    name(name);
    if (value == null) {
      ascii("null");
    } else {
      string(value);
    }
  }

  void field(String name, long value) {
    name(name);
    number(value);
  }

  /** Milliseconds with three decimals; null where {@code nanos} is negative: it never happened. */
  void millis(String name, long nanos) {
    name(name);
    if (nanos < 0) {
      ascii("null");
      return;
    }
    long micros = nanos / 1000;
    number(micros / 1000);
    int fraction = (int) (micros % 1000);
    put('.');
    put('0' + fraction / 100);
    put('0' + fraction / 10 % 10);
    put('0' + fraction % 10);
  }

  private void name(String name) {
    if (!first) {
      put(',');
    }
    first = false;
    put('"');
    ascii(name);
    put('"');
    put(':');
  }

  private void string(String value) {
    put('"');
    int end = Math.min(value.length(), MAX_STRING);
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        put('\\');
        put(c);
      } else if (c >= ' ' && c < 0x7f) {
        put(c);
      } else {
        put('\\');
        put('u');
        put(HEX[c >> 12]);
        put(HEX[c >> 8 & 15]);
        put(HEX[c >> 4 & 15]);
        put(HEX[c & 15]);
      }
    }
    if (end < value.length()) {
      ascii("\\u2026");
    }
    put('"');
  }

  private void number(long value) {
    if (value < 0) {
      put('-');
      // Long.MIN_VALUE cannot come: counts and durations only.
      value = -value;
    }
    long scale = 1;
    while (value / scale >= 10) {
      scale *= 10;
    }
    for (; scale > 0; scale /= 10) {
      put((int) ('0' + value / scale % 10));
    }
  }

  private void ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
  }

  private void put(int b) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, length * 2);
    }
    bytes[length++] = (byte) b;
  }
}
