package dev.fairlead.proxy.http2;

import io.netty.buffer.ByteBuf;

/**
 * What a client of HTTP/2 says first (RFC 9113 §3.4), by which a listener without ALPN tells it
 * from one of HTTP/1.1: no request of that begins so.
 */
public enum Preface {
  /** It is another protocol. */
  ABSENT,
  /** So far it may be either. */
  UNDECIDED,
  PRESENT;

  /** Looks at the first bytes of a connection, and takes none. */
  public static Preface of(ByteBuf in) {
    int length = Math.min(in.readableBytes(), Frame.PREFACE.length);
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != Frame.PREFACE[i]) {
        return ABSENT;
      }
    }
    return length < Frame.PREFACE.length ? UNDECIDED : PRESENT;
  }
}
