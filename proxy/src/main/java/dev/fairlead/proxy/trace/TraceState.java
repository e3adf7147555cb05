package dev.fairlead.proxy.trace;

import dev.fairlead.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * A request's {@code tracestate} (W3C Trace Context §3.3): what other tracers passed along. It goes
 * on as it is, or, where a part of it is broken, not at all.
 */
final class TraceState {
  static final byte[] NAME = "tracestate".getBytes(StandardCharsets.US_ASCII);

  static final int MAX_MEMBERS = 32;
  static final int MAX_KEY = 256;
  static final int MAX_VALUE = 256;

  private TraceState() {}

  /** Whether all lines together are a list of at most 32 well-formed members. */
  static boolean isValid(RequestHead head) {
    int members = 0;
    for (int i = head.find(NAME, 0); i >= 0; i = head.find(NAME, i + 1)) {
      int found = members(head.bytes(), head.valueStart(i), head.valueEnd(i));
      if (found < 0) {
        return false;
      }
      members += found;
    }
    return members <= MAX_MEMBERS;
  }

  /** All lines as one; empty if there are none. */
  static String text(RequestHead head) {
    int first = head.find(NAME, 0);
    if (first < 0) {
      return "";
    }
    StringBuilder text = new StringBuilder(head.value(first));
    for (int i = head.find(NAME, first + 1); i >= 0; i = head.find(NAME, i + 1)) {
      text.append(',').append(head.value(i));
    }
    return text.toString();
  }

  static void drop(RequestHead head) {
    for (int i = head.find(NAME, 0); i >= 0; i = head.find(NAME, i + 1)) {
      head.drop(i);
    }
  }

  /** How many members one line has, which may be empty; −1 if one is broken. */
  private static int members(byte[] bytes, int from, int to) {
    int members = 0;
    int start = from;
    while (start <= to) {
      int comma = start;
      while (comma < to && bytes[comma] != ',') {
        comma++;
      }
      int first = start;
      while (first < comma && space(bytes[first])) {
        first++;
      }
      int last = comma;
      while (last > first && space(bytes[last - 1])) {
        last--;
      }
      if (last > first) {
        if (!member(bytes, first, last)) {
          return -1;
        }
        members++;
      }
      start = comma + 1;
    }
    return members;
  }

  private static boolean member(byte[] bytes, int from, int to) {
    int equals = from;
    while (equals < to && bytes[equals] != '=') {
      equals++;
    }
    return key(bytes, from, equals) && value(bytes, equals + 1, to);
  }

  private static boolean key(byte[] bytes, int from, int to) {
    if (to == from || to - from > MAX_KEY || !alphanumeric(bytes[from])) {
      return false;
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      boolean mark = b == '_' || b == '-' || b == '*' || b == '/' || b == '@';
      if (!alphanumeric(b) && !mark) {
        return false;
      }
    }
    return true;
  }

  /** Visible characters but comma and equals sign; spaces between them only. */
  private static boolean value(byte[] bytes, int from, int to) {
    if (to <= from || to - from > MAX_VALUE) {
      return false;
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b < ' ' || b > '~' || b == '=') {
        return false;
      }
    }
    return true;
  }

  private static boolean alphanumeric(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9');
  }

  private static boolean space(byte b) {
    return b == ' ' || b == '\t';
  }
}
