package dev.fairlead.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a connection wrote, and Netty's word on what it says. */
final class Wire implements Http2Output {
  final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer();
  boolean keepsUp = true;
  boolean closed;
  private final DefaultHttp2FrameReader reader =
      new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(true, 1 << 20));
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());

  @Override
  public ByteBuf buffer() {
    return out;
  }

  @Override
  public void write(ByteBuf data) {
    out.writeBytes(data);
    data.release();
  }

  @Override
  public boolean keepsUp() {
    return keepsUp;
  }

  @Override
  public int window() {
    return Integer.MAX_VALUE;
  }

  @Override
  public long pendingBytes() {
    return out.readableBytes();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    closed = true;
  }

  void release() {
    out.release();
    reader.close();
    channel.finishAndReleaseAll();
  }

  /** All that was written since the last call, as bytes that are the caller's. */
  ByteBuf take() {
    ByteBuf taken = out.alloc().buffer(out.readableBytes());
    taken.writeBytes(out);
    out.clear();
    return taken;
  }

  /** The frames written since the last call, as text, in the eyes of Netty's reader. */
  List<String> frames() {
    List<String> frames = new ArrayList<>();
    try {
      while (out.isReadable()) {
        reader.readFrame(channel.pipeline().firstContext(), out, new Teller(frames));
      }
    } catch (Http2Exception e) {
      throw new AssertionError("after " + frames, e);
    }
    out.clear();
    return frames;
  }

  private record Teller(List<String> frames) implements Http2FrameListener {
    private static String end(boolean end) {
      return end ? " end" : "";
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
      String text = data.toString(StandardCharsets.ISO_8859_1);
      frames.add("DATA " + stream + " " + (text.length() > 40 ? text.length() : text) + end(end));
      return data.readableBytes();
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean end) {
      StringBuilder text = new StringBuilder("HEADERS " + stream + end(end));
      for (Map.Entry<CharSequence, CharSequence> field : headers) {
        text.append('|').append(field.getKey()).append(": ").append(field.getValue());
      }
      frames.add(text.toString());
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      onHeadersRead(ctx, stream, headers, padding, end);
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext ctx, int stream, int dependency, short weight, boolean exclusive) {
      frames.add("PRIORITY " + stream);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long code) {
      frames.add("RST_STREAM " + stream + " " + ErrorCode.of((int) code));
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) {
      frames.add("SETTINGS ack");
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
      frames.add("SETTINGS");
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) {
      frames.add("PING");
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
      frames.add("PING ack");
    }

    @Override
    public void onPushPromiseRead(
        ChannelHandlerContext ctx, int stream, int promised, Http2Headers headers, int padding) {
      frames.add("PUSH_PROMISE " + stream);
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int last, long code, ByteBuf debug) {
      frames.add("GOAWAY " + last + " " + ErrorCode.of((int) code));
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int stream, int increment) {
      frames.add("WINDOW_UPDATE " + stream + " " + increment);
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext ctx, byte type, int stream, Http2Flags flags, ByteBuf payload) {
      frames.add("UNKNOWN " + type);
    }
  }
}
