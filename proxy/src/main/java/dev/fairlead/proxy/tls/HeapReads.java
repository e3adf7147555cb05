package dev.fairlead.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/**
 * Gathers the bytes that TLS is read from on the heap, for the engine of the JDK. It decrypts a
 * record in place, and where its tag does not fit it wipes what it has written: in memory off the
 * heap, of which a buffer is but a part, it does so from the beginning of that memory. One forged
 * record would wipe what other connections are yet to send.
 */
final class HeapReads implements Cumulator {
  private static final HeapReads SHARED = new HeapReads();

  private HeapReads() {}

  /** {@code handler} of {@code context}, which will not touch what is not its own. */
  static SslHandler confine(SslContext context, SslHandler handler) {
    if (context instanceof JdkSslContext) {
      handler.setCumulator(SHARED);
    }
    return handler;
  }

  @Override
  public ByteBuf cumulate(ByteBufAllocator alloc, ByteBuf before, ByteBuf in) {
    int length = in.readableBytes();
    ByteBuf all = before;
    if (before.isDirect() || !before.isWritable(length)) {
      all = alloc.heapBuffer(before.readableBytes() + length);
      all.writeBytes(before);
      before.release();
    }
    all.writeBytes(in);
    in.release();
    return all;
  }
}
