package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Ascii;
import io.netty.buffer.ByteBuf;

/** Numbers of the wire (RFC 9113 §4, §6). */
final class Frame {
  static final int HEADER_BYTES = 9;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int HAS_PRIORITY = 0x20;

  static final int HEADER_TABLE_SIZE = 1;
  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_FRAME_SIZE = 5;
  static final int MAX_HEADER_LIST_SIZE = 6;

  static final int SETTING_BYTES = 6;

  /** What a client says first (§3.4). */
  static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

  private Frame() {}

  static void writeHeader(ByteBuf out, int length, int type, int flags, int stream) {
    out.writeLong((long) length << 40 | (long) type << 32 | (long) flags << 24 | stream >>> 8);
    out.writeByte(stream);
  }

  static void putHeader(byte[] out, int length, int type, int flags, int stream) {
    out[0] = (byte) (length >> 16);
    out[1] = (byte) (length >> 8);
    out[2] = (byte) length;
    out[3] = (byte) type;
    out[4] = (byte) flags;
    putInt(out, 5, stream);
  }

  static void putInt(byte[] out, int at, int value) {
    out[at] = (byte) (value >> 24);
    out[at + 1] = (byte) (value >> 16);
    out[at + 2] = (byte) (value >> 8);
    out[at + 3] = (byte) value;
  }

  static int getInt(byte[] in, int at) {
    return in[at] << 24
        | (in[at + 1] & 0xff) << 16
        | (in[at + 2] & 0xff) << 8
        | (in[at + 3] & 0xff);
  }
}
