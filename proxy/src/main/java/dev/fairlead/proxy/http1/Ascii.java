package dev.fairlead.proxy.http1;

/** Bytes of ASCII text, compared and classified by table. */
final class Ascii {
  private Ascii() {}

  /** Whether {@code lower} stands at {@code at}, in either case. The range must be long enough. */
  static boolean equalsLower(byte[] bytes, int at, byte[] lower) {
    for (int i = 0; i < lower.length; i++) {
      if (LOWER[bytes[at + i] & 0xff] != lower[i]) {
        return false;
      }
    }
    return true;
  }

  static boolean equalsLower(byte[] bytes, int from, int to, byte[] lower) {
    return to - from == lower.length && equalsLower(bytes, from, lower);
  }

  static byte lower(byte b) {
    return LOWER[b & 0xff];
  }

  /** tchar of RFC 9110 §5.6.2. */
  static boolean token(byte b) {
    return TOKEN[b & 0xff];
  }

  /** What a header's value may hold: TAB, visible ASCII, space, and obs-text from 0x80. */
  static boolean value(byte b) {
    return VALUE[b & 0xff];
  }

  /** The digit's value, −1 if it is none. */
  static int hex(byte b) {
    return HEX[b & 0xff];
  }

  static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  static byte[] bytes(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    return bytes;
  }

  private static final byte[] LOWER = new byte[256];
  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];
  private static final byte[] HEX = new byte[256];

  static {
    for (int i = 0; i < 256; i++) {
      LOWER[i] = (byte) (i >= 'A' && i <= 'Z' ? i + 32 : i);
      boolean alphanumeric = i >= '0' && i <= '9' || i >= 'a' && i <= 'z' || i >= 'A' && i <= 'Z';
      TOKEN[i] = alphanumeric || i > 0 && i < 128 && "!#$%&'*+-.^_`|~".indexOf(i) >= 0;
      VALUE[i] = i == '\t' || i >= ' ' && i != 0x7f;
      HEX[i] = (byte) (i < 128 ? Character.digit(i, 16) : -1);
    }
  }
}
