package dev.fairlead.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds frames in the bytes that arrive. The data of DATA goes on as slices as soon as it is there,
 * uncopied; the payload of any other frame is gathered whole, since it is small.
 */
final class FrameReader {
  /** Payloads of most control frames and field blocks fit. */
  private static final int FIRST_BYTES = 128;

  /** A larger payload gives its array back. */
  private static final int KEPT_BYTES = 1024;

  /** What a reader tells of frames, in their order. */
  interface Handler {
    /** Whether the connection goes on. */
    boolean open();

    /** A frame begins. Its size and stream are of its type. */
    void dataBegins(int stream, int length);

    /** A piece of the frame's data, to be released; it may be empty where it is the last. */
    void data(int stream, ByteBuf data, boolean last, boolean endStream);

    /** Bytes of the frame that are padding. */
    void padding(int stream, int bytes);

    /** Any other frame, whole; the payload is good for the length of the call. */
    void frame(int type, int flags, int stream, byte[] payload, int length);

    /** The bytes are no HTTP/2. */
    void broken(Violation rule);
  }

  private enum State {
    PREFACE,
    HEADER,
    PAD_LENGTH,
    DATA,
    PADDING,
    PAYLOAD
  }

  private final Handler handler;
  private State state;
  private int type;
  private int flags;
  private int stream;

  /** Bytes of the frame that are still to come; of its data, without padding, while in DATA. */
  private int left;

  private int padding;
  private int held;
  private byte[] payload = new byte[FIRST_BYTES];

  /** Whether the first frame was seen, which must be SETTINGS (§3.4). */
  private boolean settled;

  /**
   * @param preface whether the peer has to say a client's preface
   */
  FrameReader(Handler handler, boolean preface) {
    this.handler = handler;
    this.state = preface ? State.PREFACE : State.HEADER;
  }

  /** Reads all of {@code in}, or up to what breaks the connection. */
  void read(ByteBuf in) {
    while (handler.open()) {
      boolean goesOn =
          switch (state) {
            case PREFACE -> preface(in);
            case HEADER -> header(in);
            case PAD_LENGTH -> padLength(in);
            case DATA -> data(in);
            case PADDING -> padding(in);
            case PAYLOAD -> payload(in);
          };
      if (!goesOn) {
        return;
      }
    }
  }

  /** Whether a frame, or the preface, has begun that is not all here. */
  boolean midFrame() {
    return state != State.HEADER || held > 0;
  }

  private boolean preface(ByteBuf in) {
    while (in.isReadable()) {
      if (in.readByte() != Frame.PREFACE[held++]) {
        handler.broken(Violation.BAD_PREFACE);
        return false;
      }
      if (held == Frame.PREFACE.length) {
        held = 0;
        state = State.HEADER;
        return true;
      }
    }
    return false;
  }

  private boolean header(ByteBuf in) {
    if (held > 0 || in.readableBytes() < Frame.HEADER_BYTES) {
      if (!gather(in, Frame.HEADER_BYTES)) {
        return false;
      }
      begin(Frame.getInt(payload, 0), payload[4], Frame.getInt(payload, 5));
    } else {
      int at = in.readerIndex();
      int lengthAndType = in.getInt(at);
      byte frameFlags = in.getByte(at + 4);
      int id = in.getInt(at + 5);
      in.readerIndex(at + Frame.HEADER_BYTES);
      begin(lengthAndType, frameFlags, id);
    }
    return true;
  }

  private void begin(int lengthAndType, byte frameFlags, int id) {
    left = lengthAndType >>> 8;
    type = lengthAndType & 0xff;
    flags = frameFlags & 0xff;
    stream = id & Integer.MAX_VALUE;
    Violation rule = check();
    if (rule != null) {
      handler.broken(rule);
      return;
    }
    settled = true;
    if (type != Frame.DATA) {
      state = State.PAYLOAD;
      return;
    }
    handler.dataBegins(stream, left);
    padding = 0;
    state = (flags & Frame.PADDED) != 0 ? State.PAD_LENGTH : State.DATA;
  }

  /** What the frame breaks by its header alone (§4.2, §6); all of it ends the connection. */
  private @Nullable Violation check() {
    if (!settled && (type != Frame.SETTINGS || (flags & Frame.ACK) != 0)) {
      return Violation.NO_SETTINGS;
    }
    if (left > Http2Limits.DEFAULT_FRAME) {
      return Violation.FRAME_SIZE;
    }
    boolean size =
        switch (type) {
          case Frame.DATA -> (flags & Frame.PADDED) == 0 || left >= 1;
          case Frame.PRIORITY -> left == 5;
          case Frame.RST_STREAM, Frame.WINDOW_UPDATE -> left == 4;
          case Frame.SETTINGS ->
              (flags & Frame.ACK) != 0 ? left == 0 : left % Frame.SETTING_BYTES == 0;
          case Frame.PING -> left == 8;
          case Frame.GOAWAY -> left >= 8;
          default -> true;
        };
    boolean id =
        switch (type) {
          case Frame.DATA,
              Frame.HEADERS,
              Frame.PRIORITY,
              Frame.RST_STREAM,
              Frame.CONTINUATION,
              Frame.PUSH_PROMISE ->
              stream != 0;
          case Frame.SETTINGS, Frame.PING, Frame.GOAWAY -> stream == 0;
          default -> true;
        };
    return !id ? Violation.BAD_STREAM_ID : !size ? Violation.FRAME_SIZE : null;
  }

  private boolean padLength(ByteBuf in) {
    if (!in.isReadable()) {
      return false;
    }
    padding = in.readUnsignedByte();
    left--;
    if (padding > left) {
      handler.broken(Violation.BAD_PADDING);
      return false;
    }
    left -= padding;
    handler.padding(stream, 1 + padding);
    state = State.DATA;
    return true;
  }

  private boolean data(ByteBuf in) {
    int length = Math.min(left, in.readableBytes());
    if (length == 0 && left > 0) {
      return false;
    }
    left -= length;
    boolean last = left == 0;
    if (last) {
      left = padding;
      state = padding > 0 ? State.PADDING : State.HEADER;
    }
    ByteBuf piece = length == 0 ? Unpooled.EMPTY_BUFFER : in.readRetainedSlice(length);
    handler.data(stream, piece, last, (flags & Frame.END_STREAM) != 0);
    return true;
  }

  private boolean padding(ByteBuf in) {
    int length = Math.min(left, in.readableBytes());
    in.skipBytes(length);
    left -= length;
    if (left > 0) {
      return false;
    }
    state = State.HEADER;
    return true;
  }

  private boolean payload(ByteBuf in) {
    if (!gather(in, left)) {
      return false;
    }
    state = State.HEADER;
    handler.frame(type, flags, stream, payload, left);
    if (payload.length > KEPT_BYTES) {
      payload = new byte[FIRST_BYTES];
    }
    return true;
  }

  /** Gathers {@code length} bytes from the start of {@link #payload}; true when they are there. */
  private boolean gather(ByteBuf in, int length) {
    int step = Math.min(length - held, in.readableBytes());
    if (payload.length < held + step) {
      // As it comes, not as it was announced: nine bytes must not cost us a large array.
      payload = Arrays.copyOf(payload, Math.max(held + step, Math.min(length, 2 * held)));
    }
    in.readBytes(payload, held, step);
    held += step;
    if (held < length) {
      return false;
    }
    held = 0;
    return true;
  }
}
