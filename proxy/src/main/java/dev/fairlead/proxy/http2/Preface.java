package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.HeadBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

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

  /** What a parser of HTTP/1 takes for a head of its own. */
  private static final int HEAD = 18;

  /** Whether what was read as a head of HTTP/1 is the preface's first part. */
  public static boolean isHead(HeadBytes head) {
    return head.length() == HEAD && Arrays.equals(head.bytes(), 0, HEAD, Frame.PREFACE, 0, HEAD);
  }

  /** The preface's first part, as bytes to be received. */
  public static ByteBuf head() {
    return Unpooled.wrappedBuffer(Frame.PREFACE, 0, HEAD);
  }

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
