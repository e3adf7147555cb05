package dev.fairlead.proxy.http1;

import java.util.Arrays;

/** Ids of the headers that mean something to a proxy, so that no name is compared twice. */
public final class KnownHeader {
  public static final byte OTHER = 0;
  public static final byte HOST = 1;
  public static final byte CONTENT_LENGTH = 2;
  public static final byte TRANSFER_ENCODING = 3;
  public static final byte CONNECTION = 4;
  public static final byte KEEP_ALIVE = 5;
  public static final byte PROXY_CONNECTION = 6;
  public static final byte TE = 7;
  public static final byte TRAILER = 8;
  public static final byte UPGRADE = 9;
  public static final byte EXPECT = 10;
  public static final byte X_FORWARDED_FOR = 11;
  public static final byte X_FORWARDED_PROTO = 12;
  public static final byte X_FORWARDED_HOST = 13;
  public static final byte FORWARDED = 14;
  public static final byte AUTHORIZATION = 15;
  public static final byte COOKIE = 16;
  public static final byte SET_COOKIE = 17;
  public static final byte TRACEPARENT = 18;
  public static final byte RETRY_AFTER = 19;
  public static final byte DATE = 20;
  public static final byte X_FORWARDED_PORT = 21;
  public static final byte X_REAL_IP = 22;
  public static final byte PROXY_AUTHENTICATE = 23;
  public static final byte PROXY_AUTHORIZATION = 24;
  public static final byte HTTP2_SETTINGS = 25;

  /** A request's priority class, as hops tell one another. */
  public static final byte X_FAIRLEAD_CLASS = 26;

  /** Any {@code x-forwarded-…} that has no id of its own. */
  public static final byte X_FORWARDED_OTHER = 27;

  /**
   * Any other name whose sender wants the value in no compression table, on no hop (RFC 7541
   * §6.2.3).
   */
  public static final byte SECRET = 28;

  /**
   * A name that only underscores tell from a known one. Behind CGI and its heirs the two are one
   * variable, so that a client could say there what it may not say here.
   */
  static final byte LOOKALIKE = -1;

  private static final byte[] X_FORWARDED = Ascii.bytes("x-forwarded-");

  private static final byte[][] NAMES = {
    {},
    Ascii.bytes("host"),
    Ascii.bytes("content-length"),
    Ascii.bytes("transfer-encoding"),
    Ascii.bytes("connection"),
    Ascii.bytes("keep-alive"),
    Ascii.bytes("proxy-connection"),
    Ascii.bytes("te"),
    Ascii.bytes("trailer"),
    Ascii.bytes("upgrade"),
    Ascii.bytes("expect"),
    Ascii.bytes("x-forwarded-for"),
    Ascii.bytes("x-forwarded-proto"),
    Ascii.bytes("x-forwarded-host"),
    Ascii.bytes("forwarded"),
    Ascii.bytes("authorization"),
    Ascii.bytes("cookie"),
    Ascii.bytes("set-cookie"),
    Ascii.bytes("traceparent"),
    Ascii.bytes("retry-after"),
    Ascii.bytes("date"),
    Ascii.bytes("x-forwarded-port"),
    Ascii.bytes("x-real-ip"),
    Ascii.bytes("proxy-authenticate"),
    Ascii.bytes("proxy-authorization"),
    Ascii.bytes("http2-settings"),
    Ascii.bytes("x-fairlead-class"),
  };

  /** By length of the name: few names share one, so one or two compares decide. */
  private static final byte[][] BY_LENGTH = new byte[20][];

  /**
   * End-to-end headers that a peer can neither take away by naming them in Connection nor slip in
   * as trailers. All known headers are protected so; these are the rest.
   */
  private static final byte[][] PROTECTED = {
    Ascii.bytes("accept"),
    Ascii.bytes("age"),
    Ascii.bytes("baggage"),
    Ascii.bytes("cache-control"),
    Ascii.bytes("grpc-timeout"),
    Ascii.bytes("if-match"),
    Ascii.bytes("if-modified-since"),
    Ascii.bytes("if-none-match"),
    Ascii.bytes("if-range"),
    Ascii.bytes("if-unmodified-since"),
    Ascii.bytes("location"),
    Ascii.bytes("max-forwards"),
    Ascii.bytes("origin"),
    Ascii.bytes("pragma"),
    Ascii.bytes("range"),
    Ascii.bytes("tracestate"),
    Ascii.bytes("vary"),
    Ascii.bytes("via"),
    Ascii.bytes("www-authenticate"),
    Ascii.bytes("x-request-id"),
  };

  private static final byte[][] PROTECTED_PREFIXES = {
    Ascii.bytes("content-"), Ascii.bytes("x-fairlead-")
  };

  static {
    for (int length = 0; length < BY_LENGTH.length; length++) {
      byte[] ids = new byte[NAMES.length];
      int n = 0;
      for (byte id = 1; id < NAMES.length; id++) {
        if (NAMES[id].length == length) {
          ids[n++] = id;
        }
      }
      BY_LENGTH[length] = Arrays.copyOf(ids, n);
    }
  }

  private KnownHeader() {}

  /** The name's id, {@link #OTHER} or {@link #LOOKALIKE}. */
  static byte of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length < BY_LENGTH.length) {
      for (byte id : BY_LENGTH[length]) {
        if (Ascii.equalsFolded(bytes, from, NAMES[id])) {
          return Ascii.equalsLower(bytes, from, NAMES[id]) ? id : LOOKALIKE;
        }
      }
    }
    if (length > X_FORWARDED.length && Ascii.equalsFolded(bytes, from, X_FORWARDED)) {
      return Ascii.equalsLower(bytes, from, X_FORWARDED) ? X_FORWARDED_OTHER : LOOKALIKE;
    }
    return OTHER;
  }

  /** Whether a value must stay out of compression tables: who can watch one could guess it. */
  public static boolean secret(byte id) {
    return switch (id) {
      case AUTHORIZATION, COOKIE, SET_COOKIE, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SECRET ->
          true;
      default -> false;
    };
  }

  /** Whether the header concerns one connection only, whatever Connection says. */
  static boolean hopByHop(byte id) {
    return switch (id) {
      case CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          TE,
          UPGRADE,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          HTTP2_SETTINGS ->
          true;
      default -> false;
    };
  }

  /** Whether a name without an id of its own is out of a peer's reach; see {@link #PROTECTED}. */
  static boolean isProtected(byte[] bytes, int from, int to) {
    for (byte[] prefix : PROTECTED_PREFIXES) {
      if (to - from >= prefix.length && Ascii.equalsLower(bytes, from, prefix)) {
        return true;
      }
    }
    for (byte[] name : PROTECTED) {
      if (Ascii.equalsLower(bytes, from, to, name)) {
        return true;
      }
    }
    return false;
  }
}
