package dev.fairlead.proxy.trace;

import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.RequestHead;

/**
 * The value of {@code traceparent} (W3C Trace Context §3.2): version, trace id, id of the span that
 * sent it, flags. Reused; read strictly, as an id that is nearly right would join strangers.
 */
public final class TraceParent {
  /** Of what we write, and of version 00. */
  static final int LENGTH = 55;

  static final int SAMPLED = 1;

  /** The trace id's last seven bytes are random (level 2). */
  static final int RANDOM = 2;

  private static final int HIGH_AT = 3;
  private static final int LOW_AT = 19;
  private static final int PARENT_AT = 36;
  private static final int FLAGS_AT = 53;
  private static final int LONG_DIGITS = 16;
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  long high;
  long low;
  long parent;
  int flags;

  /**
   * Reads a request's.
   *
   * @return whether it has exactly one, and that one is valid
   */
  public boolean read(RequestHead head) {
    int found = -1;
    for (int i = 0; i < head.headerCount(); i++) {
      if (head.known(i) == KnownHeader.TRACEPARENT) {
        if (found >= 0) {
          return false;
        }
        found = i;
      }
    }
    return found >= 0 && read(head.bytes(), head.valueStart(found), head.valueEnd(found));
  }

  /** The trace id that was read, 32 lower-case hex digits. */
  public String traceId() {
    return hex(high, low);
  }

  private boolean read(byte[] bytes, int from, int to) {
    if (to - from < LENGTH) {
      return false;
    }
    boolean wellFormed =
        hex(bytes, from, 2)
            && bytes[from + HIGH_AT - 1] == '-'
            && hex(bytes, from + HIGH_AT, 2 * LONG_DIGITS)
            && bytes[from + PARENT_AT - 1] == '-'
            && hex(bytes, from + PARENT_AT, LONG_DIGITS)
            && bytes[from + FLAGS_AT - 1] == '-'
            && hex(bytes, from + FLAGS_AT, 2);
    if (!wellFormed || !version(bytes, from, to)) {
      return false;
    }
    high = number(bytes, from + HIGH_AT, LONG_DIGITS);
    low = number(bytes, from + LOW_AT, LONG_DIGITS);
    parent = number(bytes, from + PARENT_AT, LONG_DIGITS);
    // Bits that we do not know are not ours to set.
    flags = (int) number(bytes, from + FLAGS_AT, 2) & (SAMPLED | RANDOM);
    return (high | low) != 0 && parent != 0;
  }

  /** Version 00 is as long as it is; a later one may say more behind a dash; ff is none. */
  private static boolean version(byte[] bytes, int from, int to) {
    int version = (int) number(bytes, from, 2);
    if (version == 0) {
      return to - from == LENGTH;
    }
    return version != 0xff && (to - from == LENGTH || bytes[from + LENGTH] == '-');
  }

  private static boolean hex(byte[] bytes, int from, int length) {
    for (int i = from; i < from + length; i++) {
      byte b = bytes[i];
      boolean digit = b >= '0' && b <= '9';
      boolean letter = b >= 'a' && b <= 'f';
      if (!digit && !letter) {
        return false;
      }
    }
    return true;
  }

  private static long number(byte[] bytes, int from, int length) {
    long number = 0;
    for (int i = from; i < from + length; i++) {
      byte b = bytes[i];
      number = number << 4 | (b <= '9' ? b - '0' : b - 'a' + 10);
    }
    return number;
  }

  /** Writes a value of version 00. */
  static void write(byte[] into, long high, long low, long span, int flags) {
    digits(into, 0, 2, 0);
    into[HIGH_AT - 1] = '-';
    digits(into, HIGH_AT, LONG_DIGITS, high);
    digits(into, LOW_AT, LONG_DIGITS, low);
    into[PARENT_AT - 1] = '-';
    digits(into, PARENT_AT, LONG_DIGITS, span);
    into[FLAGS_AT - 1] = '-';
    digits(into, FLAGS_AT, 2, flags);
  }

  private static void digits(byte[] into, int at, int length, long value) {
    for (int i = 0; i < length; i++) {
      into[at + i] = DIGITS[(int) (value >>> (4 * (length - 1 - i))) & 15];
    }
  }

  /** Both halves as 32 lower-case hex digits. */
  static String hex(long high, long low) {
    byte[] text = new byte[2 * LONG_DIGITS];
    digits(text, 0, LONG_DIGITS, high);
    digits(text, LONG_DIGITS, LONG_DIGITS, low);
    return new String(text, java.nio.charset.StandardCharsets.US_ASCII);
  }
}
