package dev.fairlead.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One end of an HTTP/2 connection on a blocking socket. A test decides what it sends; it gives back
 * window only for data that the test took, so that a test that does not take is a slow reader.
 */
final class Http2Peer implements AutoCloseable {
  static final int NO_ERROR = 0;
  static final int PROTOCOL_ERROR = 1;
  static final int INTERNAL_ERROR = 2;
  static final int REFUSED_STREAM = 7;
  static final int CANCEL = 8;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int MAX_FRAME = 16 * 1024;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  final Socket socket;

  /** The last streams of the GOAWAYs that came. */
  final List<Integer> goAways = new CopyOnWriteArrayList<>();

  final BlockingQueue<Integer> settingsAcks = new LinkedBlockingQueue<>();
  private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
  private final DataInputStream in;
  private final DataOutputStream out;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final Consumer<Stream> begun;
  private final Object windows = new Object();
  private int window = 65_535;
  private int initialWindow = 65_535;
  private int nextStream = 1;
  private volatile boolean ended;

  /** A client that has said hello. */
  Http2Peer(int port, int... settings) throws IOException {
    this(connected(port), true, stream -> {}, settings);
  }

  /**
   * @param begun told of each stream that the other side begins
   * @param settings ids and values
   */
  Http2Peer(Socket socket, boolean client, Consumer<Stream> begun, int... settings)
      throws IOException {
    this.socket = socket;
    this.begun = begun;
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream(), 32768));
    if (client) {
      out.write(PREFACE);
    } else if (in.readNBytes(PREFACE.length).length < PREFACE.length) {
      throw new EOFException("no preface");
    }
    ByteBuf payload = Unpooled.buffer();
    for (int i = 0; i < settings.length; i += 2) {
      payload.writeShort(settings[i]).writeInt(settings[i + 1]);
    }
    frame(SETTINGS, 0, 0, bytes(payload));
    Thread.ofVirtual().start(this::read);
  }

  private static Socket connected(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 5000);
    return socket;
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }

  /** What came on a stream. */
  record Event(String kind, String fields, byte[] data, boolean end, int code) {}

  /** Writes a frame as it is. */
  void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    synchronized (out) {
      out.writeByte(payload.length >> 16);
      out.writeShort(payload.length);
      out.writeByte(type);
      out.writeByte(flags);
      out.writeInt(stream);
      out.write(payload);
      out.flush();
    }
  }

  private void number(int type, int stream, int value) throws IOException {
    frame(type, 0, stream, bytes(Unpooled.buffer(4).writeInt(value)));
  }

  void goAway(int lastStream, int code) throws IOException {
    frame(GOAWAY, 0, 0, bytes(Unpooled.buffer(8).writeInt(lastStream).writeInt(code)));
  }

  /** Sends settings, ids and values, after the first. */
  void settings(int... settings) throws IOException {
    ByteBuf payload = Unpooled.buffer();
    for (int i = 0; i < settings.length; i += 2) {
      payload.writeShort(settings[i]).writeInt(settings[i + 1]);
    }
    frame(SETTINGS, 0, 0, bytes(payload));
  }

  /** Gives window for all streams, so that only that of each stream counts. */
  Http2Peer openWide() throws IOException {
    number(WINDOW_UPDATE, 0, 1 << 30);
    return this;
  }

  /** Begins a request. */
  Stream request(boolean end, String... fields) throws IOException {
    synchronized (out) {
      Stream stream = stream(nextStream);
      nextStream += 2;
      if (ended) {
        // Those that were there when it ended were told so.
        throw new IOException("the connection has ended");
      }
      stream.headers(end, fields);
      return stream;
    }
  }

  Stream get(String path, String... more) throws IOException {
    return request(true, fields("GET", path, more));
  }

  Stream post(String path, String... more) throws IOException {
    return request(false, fields("POST", path, more));
  }

  static String[] fields(String method, String path, String... more) {
    String[] all = new String[8 + more.length];
    String[] pseudo = {":method", method, ":scheme", "http", ":path", path, ":authority", "x"};
    System.arraycopy(pseudo, 0, all, 0, 8);
    System.arraycopy(more, 0, all, 8, more.length);
    return all;
  }

  /** The value of a field of a head; empty without. */
  static String field(String fields, String name) {
    int at = ("\n" + fields).indexOf("\n" + name + ": ");
    return at < 0
        ? ""
        : fields.substring(at + name.length() + 2, fields.indexOf('\n', at + name.length() + 2));
  }

  private Stream stream(int id) {
    return streams.computeIfAbsent(id, key -> new Stream(this, key));
  }

  private void read() {
    try {
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int id = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = new byte[length];
        in.readFully(payload);
        take(type, flags, id, payload);
      }
    } catch (IOException | Http2Exception | IndexOutOfBoundsException end) {
      // The end, or what a test will see as missing.
    } finally {
      ended = true;
      streams.values().forEach(s -> s.events.add(new Event("gone", "", new byte[0], true, 0)));
      synchronized (windows) {
        windows.notifyAll();
      }
    }
  }

  private void take(int type, int flags, int id, byte[] payload)
      throws IOException, Http2Exception {
    boolean end = (flags & END_STREAM) != 0;
    switch (type) {
      case DATA -> stream(id).events.add(new Event("data", "", payload, end, 0));
      case HEADERS -> {
        if ((flags & END_HEADERS) == 0) {
          throw new IOException("a head in several frames");
        }
        Http2Headers fields = decoder.decodeHeaders(id, Unpooled.wrappedBuffer(payload));
        StringBuilder text = new StringBuilder();
        fields.forEach(f -> text.append(f.getKey()).append(": ").append(f.getValue()).append('\n'));
        boolean fresh = !streams.containsKey(id);
        Stream stream = stream(id);
        stream.events.add(new Event("headers", text.toString(), new byte[0], end, 0));
        if (fresh) {
          begun.accept(stream);
        }
      }
      case RST_STREAM -> {
        int code = Unpooled.wrappedBuffer(payload).readInt();
        Stream stream = stream(id);
        stream.resetCode = code;
        stream.events.add(new Event("reset", "", new byte[0], true, code));
        synchronized (windows) {
          windows.notifyAll();
        }
      }
      case SETTINGS -> {
        if ((flags & ACK) == 0) {
          settingsCame(Unpooled.wrappedBuffer(payload));
          frame(SETTINGS, ACK, 0, new byte[0]);
        } else {
          settingsAcks.add(1);
        }
      }
      case PING -> {
        if ((flags & ACK) == 0) {
          frame(PING, ACK, 0, payload);
        }
      }
      case GOAWAY -> goAways.add(Unpooled.wrappedBuffer(payload).readInt());
      case WINDOW_UPDATE -> {
        int more = Unpooled.wrappedBuffer(payload).readInt();
        synchronized (windows) {
          if (id == 0) {
            window += more;
          } else {
            stream(id).sendWindow += more;
          }
          windows.notifyAll();
        }
      }
      default -> {}
    }
  }

  private void settingsCame(ByteBuf payload) {
    while (payload.isReadable()) {
      int id = payload.readUnsignedShort();
      int value = payload.readInt();
      if (id == INITIAL_WINDOW_SIZE) {
        synchronized (windows) {
          streams.values().forEach(s -> s.sendWindow += value - initialWindow);
          initialWindow = value;
          windows.notifyAll();
        }
      }
    }
  }

  /** How many streams there were. */
  int streams() {
    return streams.size();
  }

  /** Whether the other side has closed. */
  boolean ended() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    encoder.close();
  }

  /** One stream. */
  static final class Stream {
    final int id;
    final Http2Peer peer;
    final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    volatile int resetCode = -1;

    /** What followed the body, after {@link #body}; empty without. */
    String trailers = "";

    private int sendWindow;

    Stream(Http2Peer peer, int id) {
      this.peer = peer;
      this.id = id;
      synchronized (peer.windows) {
        sendWindow = peer.initialWindow;
      }
    }

    Event next() throws Exception {
      Event event = events.poll(10, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing comes on stream " + id);
      }
      if (event.data.length > 0) {
        peer.number(WINDOW_UPDATE, 0, event.data.length);
        if (!event.end) {
          peer.number(WINDOW_UPDATE, id, event.data.length);
        }
      }
      return event;
    }

    /** The next head's fields, a line each. */
    Event head() throws Exception {
      Event event = next();
      if (!event.kind.equals("headers")) {
        throw new AssertionError(event.kind + " " + event.code + " in place of a head");
      }
      return event;
    }

    /** Takes the body to its end. */
    byte[] body() throws Exception {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (Event event = next(); ; event = next()) {
        switch (event.kind) {
          case "data" -> all.write(event.data);
          case "headers" -> trailers = event.fields;
          default -> throw new IOException(event.kind + " " + event.code + " after " + all.size());
        }
        if (event.end) {
          return all.toByteArray();
        }
      }
    }

    String text() throws Exception {
      return new String(body(), StandardCharsets.ISO_8859_1);
    }

    /** Head and body of an answer. */
    String response() throws Exception {
      Event head = head();
      return head.end ? head.fields : head.fields + "\n" + text();
    }

    /** Waits until the stream is reset. */
    int reset() throws Exception {
      Event event = next();
      while (!event.kind.equals("reset")) {
        if (event.kind.equals("gone")) {
          throw new AssertionError("the connection ended, stream " + id + " was not reset");
        }
        event = next();
      }
      return event.code;
    }

    void headers(boolean end, String... fields) throws IOException {
      Http2Headers headers = new DefaultHttp2Headers(false);
      for (int i = 0; i < fields.length; i += 2) {
        headers.add(fields[i], fields[i + 1]);
      }
      synchronized (peer.out) {
        ByteBuf block = Unpooled.buffer();
        try {
          peer.encoder.encodeHeaders(id, headers, block);
        } catch (Http2Exception e) {
          throw new IOException(e);
        }
        peer.frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), id, bytes(block));
      }
    }

    Stream data(String text, boolean end) throws Exception {
      return data(text.getBytes(StandardCharsets.ISO_8859_1), end);
    }

    /** Sends as the windows allow. */
    Stream data(byte[] bytes, boolean end) throws Exception {
      int at = 0;
      do {
        int length = Math.min(MAX_FRAME, bytes.length - at);
        synchronized (peer.windows) {
          while (length > 0 && Math.min(sendWindow, peer.window) <= 0) {
            if (resetCode >= 0 || peer.ended) {
              throw new IOException("reset " + resetCode + " at " + at);
            }
            peer.windows.wait(10_000);
          }
          length = Math.min(length, Math.min(sendWindow, peer.window));
          sendWindow -= length;
          peer.window -= length;
        }
        boolean last = end && at + length == bytes.length;
        peer.frame(
            DATA, last ? END_STREAM : 0, id, java.util.Arrays.copyOfRange(bytes, at, at + length));
        at += length;
      } while (at < bytes.length);
      return this;
    }

    /** Answers 200 with a body that is whole. */
    void ok(String body) throws Exception {
      headers(false, ":status", "200");
      data(body, true);
    }

    void rst(int code) throws IOException {
      peer.number(RST_STREAM, id, code);
    }
  }
}
