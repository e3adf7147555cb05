package dev.fairlead.proxy.http1;

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

  private KnownHeader() {}
}
