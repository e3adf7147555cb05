package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;

/** The user of streams that have none any more. */
final class Nobody implements StreamUser {
  static final Nobody USER = new Nobody();

  private Nobody() {}

  @Override
  public Head head() {
    throw new IllegalStateException("a stream that nobody uses has its head");
  }

  @Override
  public void headRead(boolean end) {}

  @Override
  public void rejected(Reject reject) {}

  @Override
  public void data(ByteBuf data, boolean end) {
    data.release();
  }

  @Override
  public void trailers(TrailerHead trailers) {}

  @Override
  public void reset(Cause cause, ErrorCode code) {}

  @Override
  public void writable() {}
}
