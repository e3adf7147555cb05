package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A server's connection, a client that is frames by hand, and a clock that is set by hand. */
final class ServerSide implements Http2Owner {
  static final HeadLimits HEAD = new HeadLimits(16 * 1024, 100, 8192);
  static final LocalReply HELLO = LocalReply.of(200, List.of(), "hello");

  /** HPACK of GET http://a/. */
  static final String GET = "82 86 84 41 01 61";

  static final String POST = "83 86 84 41 01 61";

  final Wire wire = new Wire();
  final List<String> told = new ArrayList<>();
  final Map<Integer, Recorder> users = new LinkedHashMap<>();
  final Http2Connection connection;
  long nanos;

  ServerSide(Http2Limits limits) {
    connection = Http2Connection.server(limits, () -> nanos, new HeadFields(), this, wire);
  }

  ServerSide() {
    this(Http2Limits.defaults(HEAD));
  }

  /** Says preface and SETTINGS, and drops what is answered. */
  ServerSide greeted() {
    connection.received(Unpooled.wrappedBuffer(Frame.PREFACE));
    send("SETTINGS 0 0", "SETTINGS 1 0");
    wire.out.clear();
    return this;
  }

  /** Frames, each {@code TYPE flags stream payload}; flags and payload in hex. */
  ServerSide send(String... frames) {
    for (String frame : frames) {
      connection.received(bytes(frame));
    }
    return this;
  }

  static ByteBuf bytes(String frame) {
    String[] parts = frame.split(" ", 4);
    byte[] payload = Blocks.hex(parts.length > 3 ? parts[3] : "");
    ByteBuf out = Unpooled.buffer();
    int type =
        switch (parts[0]) {
          case "DATA" -> Frame.DATA;
          case "HEADERS" -> Frame.HEADERS;
          case "PRIORITY" -> Frame.PRIORITY;
          case "RST_STREAM" -> Frame.RST_STREAM;
          case "SETTINGS" -> Frame.SETTINGS;
          case "PUSH_PROMISE" -> Frame.PUSH_PROMISE;
          case "PING" -> Frame.PING;
          case "GOAWAY" -> Frame.GOAWAY;
          case "WINDOW_UPDATE" -> Frame.WINDOW_UPDATE;
          case "CONTINUATION" -> Frame.CONTINUATION;
          default -> Integer.parseInt(parts[0], 16);
        };
    int flags = Integer.parseInt(parts[1], 16);
    Frame.writeHeader(out, payload.length, type, flags, Integer.parseInt(parts[2]));
    return out.writeBytes(payload);
  }

  Recorder user(int stream) {
    return users.get(stream);
  }

  void answer(int stream) {
    user(stream).stream.reply(HELLO);
  }

  /** Ends the connection as the transport would, and the buffers with it. */
  void close() {
    connection.gone();
    wire.release();
  }

  @Override
  public StreamUser accept(Http2Stream stream) {
    Recorder user = new Recorder(new RequestHead(HEAD));
    user.stream = stream;
    users.put(stream.id(), user);
    return user;
  }

  @Override
  public void violated(Violation rule) {
    told.add(rule.name());
  }

  @Override
  public void goAway(ErrorCode code) {
    told.add("goAway " + code);
  }

  @Override
  public void opens() {
    told.add("opens");
  }
}
