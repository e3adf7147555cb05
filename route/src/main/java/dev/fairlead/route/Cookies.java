package dev.fairlead.route;

import java.util.Arrays;

/**
 * A cookie-string (RFC 6265 §4.2.1), {@code a=b; c=d}, looked through without copying it: pairs
 * stand between semicolons, with blanks around them; all behind a pair's first {@code =} is its
 * value, quotes included, which shield nothing. What has no {@code =} is no cookie.
 */
final class Cookies {
  private Cookies() {}

  /**
   * Where the value of the first cookie of this name starts; −1 if there is none.
   *
   * @param name a token, so that no {@code =} or {@code ;} is in it
   */
  static int valueStart(byte[] bytes, int from, int to, byte[] name) {
    int at = from;
    while (at < to) {
      while (at < to && isBlank(bytes[at])) {
        at++;
      }
      int equals = at + name.length;
      if (equals < to
          && bytes[equals] == '='
          && Arrays.equals(bytes, at, equals, name, 0, name.length)) {
        return equals + 1;
      }
      at = semicolon(bytes, at, to) + 1;
    }
    return -1;
  }

  /** Where the value that starts at {@code start} ends. */
  static int valueEnd(byte[] bytes, int start, int to) {
    int end = semicolon(bytes, start, to);
    while (end > start && isBlank(bytes[end - 1])) {
      end--;
    }
    return end;
  }

  private static int semicolon(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != ';') {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
