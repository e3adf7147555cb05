package dev.fairlead.proxy.http2;

import io.netty.buffer.ByteBuf;

/** Writes frames. Small ones are gathered, so that those of one turn of the loop leave as one. */
final class FrameWriter {
  private final Http2Output out;

  /** The largest frame that the peer takes (SETTINGS_MAX_FRAME_SIZE). */
  private int maxFrame = Http2Limits.DEFAULT_FRAME;

  FrameWriter(Http2Output out) {
    this.out = out;
  }

  int maxFrame() {
    return maxFrame;
  }

  /** Larger frames would let one stream keep the others waiting, so the peer's wish is capped. */
  void peerMaxFrame(int size) {
    maxFrame = Math.min(size, 4 * Http2Limits.DEFAULT_FRAME);
  }

  void preface() {
    out.buffer().writeBytes(Frame.PREFACE);
  }

  /** Writes SETTINGS: identifiers and values in turn. */
  void settings(int... settings) {
    ByteBuf buffer = out.buffer();
    int length = settings.length / 2 * Frame.SETTING_BYTES;
    Frame.writeHeader(buffer, length, Frame.SETTINGS, 0, 0);
    for (int i = 0; i < settings.length; i += 2) {
      buffer.writeShort(settings[i]);
      buffer.writeInt(settings[i + 1]);
    }
  }

  void settingsAck() {
    Frame.writeHeader(out.buffer(), 0, Frame.SETTINGS, Frame.ACK, 0);
  }

  void ping(boolean ack, byte[] payload) {
    ByteBuf buffer = out.buffer();
    Frame.writeHeader(buffer, 8, Frame.PING, ack ? Frame.ACK : 0, 0);
    buffer.writeBytes(payload, 0, 8);
  }

  void goAway(int lastStream, ErrorCode code) {
    ByteBuf buffer = out.buffer();
    Frame.writeHeader(buffer, 8, Frame.GOAWAY, 0, 0);
    buffer.writeInt(lastStream);
    buffer.writeInt(code.code());
  }

  void reset(int stream, ErrorCode code) {
    ByteBuf buffer = out.buffer();
    Frame.writeHeader(buffer, 4, Frame.RST_STREAM, 0, stream);
    buffer.writeInt(code.code());
  }

  void windowUpdate(int stream, int increment) {
    ByteBuf buffer = out.buffer();
    Frame.writeHeader(buffer, 4, Frame.WINDOW_UPDATE, 0, stream);
    buffer.writeInt(increment);
  }

  /** Writes the encoder's block, which began {@link Frame#HEADER_BYTES} into its array. */
  void headers(HpackEncoder encoder, int stream, boolean endStream) {
    byte[] block = encoder.bytes();
    int length = encoder.end() - Frame.HEADER_BYTES;
    int first = Math.min(length, maxFrame);
    int flags = (endStream ? Frame.END_STREAM : 0) | (first == length ? Frame.END_HEADERS : 0);
    Frame.putHeader(block, first, Frame.HEADERS, flags, stream);
    ByteBuf buffer = out.buffer();
    buffer.writeBytes(block, 0, Frame.HEADER_BYTES + first);
    for (int at = Frame.HEADER_BYTES + first; at < encoder.end(); ) {
      int more = Math.min(encoder.end() - at, maxFrame);
      int last = at + more == encoder.end() ? Frame.END_HEADERS : 0;
      Frame.writeHeader(buffer, more, Frame.CONTINUATION, last, stream);
      buffer.writeBytes(block, at, more);
      at += more;
    }
  }

  /** Writes {@code data}, which is released, as one frame. */
  void data(int stream, ByteBuf data, boolean endStream) {
    int flags = endStream ? Frame.END_STREAM : 0;
    Frame.writeHeader(out.buffer(), data.readableBytes(), Frame.DATA, flags, stream);
    out.write(data);
  }

  void endOfData(int stream) {
    Frame.writeHeader(out.buffer(), 0, Frame.DATA, Frame.END_STREAM, stream);
  }
}
