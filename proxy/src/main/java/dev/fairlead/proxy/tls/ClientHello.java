package dev.fairlead.proxy.tls;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the first message of a TLS connection (RFC 8446 §4.1.2), for the name that the client
 * asks for (RFC 6066 §3). Strict: a message that contradicts its own lengths is refused, for others
 * would read another name from it. Of one connection; bytes are looked at and left.
 */
public final class ClientHello {
  /** With keys of post-quantum exchanges some 2 KiB are usual. */
  static final int MAX_BYTES = 16 * 1024;

  /** Each may be split over records (§5.1), for which nobody needs more than a few. */
  private static final int MAX_RECORDS = 32;

  private static final int RECORD_HEAD = 5;
  private static final int MESSAGE_HEAD = 4;
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int MAX_RECORD = 1 << 14;
  private static final int RANDOM = 32;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;
  private static final int MAX_HOST = 255;

  /** What is known so far. */
  public enum State {
    NEED_MORE,
    WHOLE,
    REFUSED
  }

  private byte[] message = {};
  private int length;
  private int at;
  private int records;
  private String serverName = "";
  private @Nullable TlsFault fault;

  /** The name that is asked for, in lower case; empty if none is. */
  public String serverName() {
    return serverName;
  }

  /** Why it is refused. */
  public TlsFault fault() {
    return fault == null ? TlsFault.BAD_HELLO : fault;
  }

  /**
   * Looks at all bytes of the connection so far.
   *
   * @param in from its reader index on, always the same bytes and more
   */
  public State read(ByteBuf in) {
    while (true) {
      int available = in.readableBytes() - at;
      if (!beginsRecord(in, available)) {
        return refused(looksLikeHttp(in) ? TlsFault.PLAIN_HTTP : TlsFault.BAD_HELLO);
      }
      if (available < RECORD_HEAD) {
        return State.NEED_MORE;
      }
      int start = in.readerIndex() + at;
      int size = in.getUnsignedShort(start + 3);
      if (size == 0 || size > MAX_RECORD || records == MAX_RECORDS) {
        return refused(TlsFault.BAD_HELLO);
      }
      if (length + size > MESSAGE_HEAD + MAX_BYTES) {
        return refused(TlsFault.HELLO_TOO_LARGE);
      }
      if (available < RECORD_HEAD + size) {
        return State.NEED_MORE;
      }
      message = Arrays.copyOf(message, length + size);
      in.getBytes(start + RECORD_HEAD, message, length, size);
      length += size;
      at += RECORD_HEAD + size;
      records++;
      State state = length < MESSAGE_HEAD ? State.NEED_MORE : message();
      if (state != State.NEED_MORE) {
        return state;
      }
    }
  }

  private State refused(TlsFault why) {
    fault = why;
    return State.REFUSED;
  }

  /** As far as it is here: a record of the handshake, of any 3.x version. */
  private boolean beginsRecord(ByteBuf in, int available) {
    int start = in.readerIndex() + at;
    return (available < 1 || in.getByte(start) == HANDSHAKE)
        && (available < 2 || in.getByte(start + 1) == 3);
  }

  private boolean looksLikeHttp(ByteBuf in) {
    int first = in.getByte(in.readerIndex());
    return at == 0 && first >= 'A' && first <= 'Z';
  }

  private State message() {
    int size = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | (message[3] & 0xff);
    if (message[0] != CLIENT_HELLO) {
      return refused(TlsFault.BAD_HELLO);
    }
    if (size > MAX_BYTES) {
      return refused(TlsFault.HELLO_TOO_LARGE);
    }
    if (length < MESSAGE_HEAD + size) {
      return State.NEED_MORE;
    }
    // Nothing may follow it before it is answered.
    boolean whole =
        length == MESSAGE_HEAD + size && fields(new Cursor(message, MESSAGE_HEAD, length));
    return whole ? State.WHOLE : refused(TlsFault.BAD_HELLO);
  }

  private boolean fields(Cursor in) {
    int version = in.uint16();
    in.skip(RANDOM);
    Cursor session = in.vector8();
    Cursor suites = in.vector16();
    Cursor compressions = in.vector8();
    if (in.broken
        || version >> 8 != 3
        || session.left() > RANDOM
        || suites.left() < 2
        || suites.left() % 2 != 0
        || compressions.left() < 1) {
      return false;
    }
    // Before extensions were invented there was nothing more.
    return in.left() == 0 || extensions(in);
  }

  private boolean extensions(Cursor in) {
    Cursor all = in.vector16();
    boolean named = false;
    while (!in.broken && !all.broken && all.left() > 0) {
      int type = all.uint16();
      Cursor extension = all.vector16();
      if (type == SERVER_NAME && !all.broken) {
        if (named || !serverNames(extension)) {
          return false;
        }
        named = true;
      }
    }
    return !in.broken && !all.broken && in.left() == 0;
  }

  /** A list of names of which each kind may occur once, and only one kind was ever defined. */
  private boolean serverNames(Cursor extension) {
    Cursor names = extension.vector16();
    int kind = names.uint8();
    Cursor name = names.vector16();
    if (extension.broken
        || names.broken
        || names.left() > 0
        || extension.left() > 0
        || kind != HOST_NAME
        || name.left() == 0
        || name.left() > MAX_HOST) {
      return false;
    }
    char[] text = new char[name.left()];
    for (int i = 0; i < text.length; i++) {
      char c = (char) name.uint8();
      boolean fits =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || c == '_';
      if (!fits) {
        return false;
      }
      text[i] = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
    serverName = new String(text);
    return text[0] != '.' && text[text.length - 1] != '.';
  }

  /** A place in a message. Once it ran over an end it is broken, and reads zeros. */
  private static final class Cursor {
    private final byte[] bytes;
    private final int end;
    private int next;
    private boolean broken;

    Cursor(byte[] bytes, int next, int end) {
      this.bytes = bytes;
      this.next = next;
      this.end = end;
    }

    int left() {
      return end - next;
    }

    int uint8() {
      if (next >= end) {
        broken = true;
        return 0;
      }
      return bytes[next++] & 0xff;
    }

    int uint16() {
      return uint8() << 8 | uint8();
    }

    void skip(int count) {
      vector(count);
    }

    Cursor vector8() {
      return vector(uint8());
    }

    Cursor vector16() {
      return vector(uint16());
    }

    private Cursor vector(int length) {
      if (length > left()) {
        broken = true;
        return new Cursor(bytes, end, end);
      }
      next += length;
      return new Cursor(bytes, next - length, next);
    }
  }
}
