package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.HeadBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * What a client of HTTP/2 says first (RFC 9113 §3.4), by which a listener without ALPN tells it
 * from one of HTTP/1.1: no request of that begins so.
 */
public final class Preface {
  /** What a parser of HTTP/1 takes for a head of its own. */
  private static final int HEAD = 18;

  private Preface() {}

  /** Whether what was read as a head of HTTP/1 is the preface's first part. */
  public static boolean isHead(HeadBytes head) {
    return head.length() == HEAD && Arrays.equals(head.bytes(), 0, HEAD, Frame.PREFACE, 0, HEAD);
  }

  /** The preface's first part, as bytes to be received. */
  public static ByteBuf head() {
    return Unpooled.wrappedBuffer(Frame.PREFACE, 0, HEAD);
  }
}
