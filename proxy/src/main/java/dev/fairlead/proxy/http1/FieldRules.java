package dev.fairlead.proxy.http1;

import java.util.Arrays;

/**
 * What HTTP/2 says of a single field (RFC 9113 §8.2, §8.3): what its name means and which bytes its
 * value may have. What is said once of a field in a table of HPACK holds each time it comes.
 */
public final class FieldRules {
  /** Kinds of fields beside {@link KnownHeader}'s ids. */
  static final byte METHOD = -2;

  static final byte SCHEME = -3;
  static final byte PATH = -4;
  static final byte AUTHORITY = -5;
  static final byte STATUS = -6;
  private static final byte OTHER_PSEUDO = -7;
  static final byte BAD_NAME = -8;

  private static final byte[][] PSEUDO_NAMES = {
    Ascii.bytes(":method"),
    Ascii.bytes(":scheme"),
    Ascii.bytes(":path"),
    Ascii.bytes(":authority"),
    Ascii.bytes(":status"),
  };

  /** How many pseudo-headers there are, by {@link #pseudoIndex}. */
  static final int PSEUDO_KINDS = PSEUDO_NAMES.length;

  private FieldRules() {}

  /** A negative kind's number from 0 on; {@link #PSEUDO_KINDS} and more are no pseudo-headers. */
  static int pseudoIndex(byte kind) {
    return METHOD - kind;
  }

  /**
   * What a name means: one of {@link KnownHeader}'s ids, or a kind below 0, for {@link
   * HeadBuilder#line}. Names are lower case.
   */
  public static byte kind(byte[] name, int from, int to) {
    if (from == to) {
      return BAD_NAME;
    }
    if (name[from] == ':') {
      for (int i = 0; i < PSEUDO_KINDS; i++) {
        if (Arrays.equals(name, from, to, PSEUDO_NAMES[i], 0, PSEUDO_NAMES[i].length)) {
          return (byte) (METHOD - i);
        }
      }
      return OTHER_PSEUDO;
    }
    for (int i = from; i < to; i++) {
      if (!Ascii.token(name[i]) || Ascii.lower(name[i]) != name[i]) {
        return BAD_NAME;
      }
    }
    byte id = KnownHeader.of(name, from, to);
    return id == KnownHeader.LOOKALIKE ? BAD_NAME : id;
  }

  /** The rule that a value breaks by itself, {@link Reject#NONE} if none. */
  public static Reject valueFault(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Ascii.value(value[i])) {
        return FieldLines.badByte(value[i]);
      }
    }
    return to > from && (space(value[from]) || space(value[to - 1]))
        ? Reject.BAD_HEADER_VALUE
        : Reject.NONE;
  }

  private static boolean space(byte b) {
    return b == ' ' || b == '\t';
  }
}
