package dev.fairlead.proxy.check;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The messages of {@code grpc.health.v1.Health/Check}, by hand: one field each way, which is no
 * reason for a library. Framed as gRPC's HTTP/2 mapping says: a flag, four bytes of length, the
 * message.
 */
final class GrpcHealth {
  /** Of an answer with its frame: a status and what later versions may add to it. */
  static final int MAX_ANSWER = 4 * 1024;

  private static final int FRAME_HEAD = 5;

  /** Field 1, of wire type 2 (bytes) in the request and 0 (varint) in the answer. */
  private static final int SERVICE_TAG = (1 << 3) | 2;

  private static final int STATUS_TAG = 1 << 3;
  private static final int SERVING = 1;

  /** A varint of more has more than 64 bits. */
  private static final int MAX_VARINT = 10;

  private GrpcHealth() {}

  /** The head of a request, whose body has no length beforehand, as gRPC's never has. */
  static String head(String host, Duration timeout) {
    return "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: "
        + host
        + "\r\ncontent-type: application/grpc\r\nte: trailers\r\ngrpc-timeout: "
        + Math.max(1, timeout.toMillis())
        + "m\r\nuser-agent: fairlead-health-check\r\ntransfer-encoding: chunked\r\n\r\n";
  }

  /** The request for a service's status. */
  static ByteBuf request(ByteBufAllocator allocator, String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = allocator.buffer(FRAME_HEAD + 1 + MAX_VARINT + name.length);
    out.writeByte(0).writeInt(0);
    if (name.length > 0) {
      out.writeByte(SERVICE_TAG);
      int rest = name.length;
      for (; rest > 0x7f; rest >>>= 7) {
        out.writeByte((rest & 0x7f) | 0x80);
      }
      out.writeByte(rest).writeBytes(name);
    }
    out.setInt(1, out.readableBytes() - FRAME_HEAD);
    return out;
  }

  /**
   * Whether an answer is one whole message that says SERVING. The last of several statuses counts.
   */
  static boolean serving(ByteBuf answer) {
    if (answer.readableBytes() < FRAME_HEAD
        || answer.readByte() != 0
        || answer.readInt() != answer.readableBytes()) {
      return false;
    }
    long status = 0;
    while (answer.isReadable()) {
      long tag = varint(answer);
      if (tag == STATUS_TAG) {
        status = varint(answer);
        if (status < 0) {
          return false;
        }
      } else if (tag <= 0 || !skip(answer, (int) (tag & 7))) {
        return false;
      }
    }
    return status == SERVING;
  }

  /** Steps over a field that means nothing to us; false if it is not whole. */
  private static boolean skip(ByteBuf in, int wireType) {
    long length =
        switch (wireType) {
          case 0 -> varint(in) < 0 ? -1 : 0;
          case 1 -> Long.BYTES;
          case 2 -> varint(in);
          case 5 -> Integer.BYTES;
          default -> -1;
        };
    if (length < 0 || length > in.readableBytes()) {
      return false;
    }
    in.skipBytes((int) length);
    return true;
  }

  /** The next varint; negative if it is not whole, or so large that it means nothing here. */
  private static long varint(ByteBuf in) {
    long value = 0;
    for (int i = 0; i < MAX_VARINT && in.isReadable(); i++) {
      byte next = in.readByte();
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }
}
