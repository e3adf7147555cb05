package dev.fairlead.proxy.http1;

/** Bytes of ASCII text, compared and classified by table. */
public final class Ascii {
  private static final String TOKEN_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";

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

  /** {@link #equalsLower} where an underscore in {@code bytes} is as good as a hyphen. */
  static boolean equalsFolded(byte[] bytes, int at, byte[] lower) {
    for (int i = 0; i < lower.length; i++) {
      byte b = bytes[at + i];
      if (LOWER[b & 0xff] != lower[i] && (b != '_' || lower[i] != '-')) {
        return false;
      }
    }
    return true;
  }

  static boolean equalsLower(byte[] bytes, int from, int to, byte[] lower) {
    return to - from == lower.length && equalsLower(bytes, from, lower);
  }

  static boolean equalsIgnoreCase(byte[] a, int atA, byte[] b, int atB, int length) {
    for (int i = 0; i < length; i++) {
      if (LOWER[a[atA + i] & 0xff] != LOWER[b[atB + i] & 0xff]) {
        return false;
      }
    }
    return true;
  }

  public static byte lower(byte b) {
    return LOWER[b & 0xff];
  }

  /** tchar of RFC 9110 §5.6.2. */
  public static boolean token(byte b) {
    return TOKEN[b & 0xff];
  }

  /** What a header's value may hold: TAB, visible ASCII, space, and obs-text from 0x80. */
  public static boolean value(byte b) {
    return VALUE[b & 0xff];
  }

  /** The digit's value, −1 if it is none. */
  static int hex(byte b) {
    return HEX[b & 0xff];
  }

  static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  public static byte[] bytes(String text) {
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
      char c = (char) i;
      LOWER[i] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
      TOKEN[i] = c > 0 && c < 128 && TOKEN_CHARACTERS.indexOf(LOWER[i]) >= 0;
      VALUE[i] = c == '\t' || (c >= ' ' && c != 0x7f);
      HEX[i] = (byte) (c < 128 ? Character.digit(c, 16) : -1);
    }
  }
}
