package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.NoLeaks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests as Netty writes them: padded, prioritised, in pieces, several streams at once. */
@ExtendWith(NoLeaks.class)
class NettyPeerTest {
  /** What a stream's user should be told in all. */
  private static final class Sent {
    String head = "";
    final StringBuilder body = new StringBuilder();
    String trailers = "";
    boolean ended;
  }

  private final ServerSide side = new ServerSide();
  private final DefaultHttp2FrameWriter netty = new DefaultHttp2FrameWriter();
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final ChannelHandlerContext ctx = channel.pipeline().firstContext();
  private final Map<Integer, Sent> sent = new LinkedHashMap<>();

  @Test
  void weReadWhatNettyWrites() {
    Random random = new Random(Blocks.seed());
    String as = "seed " + Blocks.seed();
    side.connection.received(Unpooled.wrappedBuffer(Frame.PREFACE));
    netty.writeSettings(ctx, new Http2Settings().initialWindowSize(70_000), ctx.newPromise());
    int next = 1;
    for (int step = 0; step < 3000; step++) {
      List<Integer> open = new ArrayList<>();
      sent.forEach(
          (id, each) -> {
            if (!each.ended) {
              open.add(id);
            }
          });
      if (open.isEmpty() || (open.size() < 50 && random.nextInt(4) == 0)) {
        head(next, random);
        next += 2;
      } else {
        more(open.get(random.nextInt(open.size())), random);
      }
      pass(random);
    }
    assertThat(side.told).as(as).isEmpty();
    sent.forEach((id, expected) -> check(id, expected, as + " stream " + id));
    netty.close();
    channel.finishAndReleaseAll();
    side.close();
  }

  private void check(int id, Sent expected, String as) {
    Recorder user = side.user(id);
    assertThat(user.told.get(0).replace(" end", "")).as(as).isEqualTo(expected.head);
    assertThat(user.body).as(as).hasToString(expected.body.toString());
    assertThat(user.ended).as(as).isEqualTo(expected.ended);
    if (!expected.trailers.isEmpty()) {
      assertThat(user.told).as(as).last().isEqualTo("trailers " + expected.trailers);
    }
  }

  private void head(int id, Random random) {
    Sent each = new Sent();
    sent.put(id, each);
    String path = "/" + "p".repeat(random.nextInt(30)) + "?" + id;
    Http2Headers headers =
        new DefaultHttp2Headers().method("POST").scheme("https").authority("a").path(path);
    StringBuilder lines = new StringBuilder("POST " + path + " HTTP/1.1|host: a|");
    for (int i = random.nextInt(20); i > 0; i--) {
      String name = "x-" + i;
      // Some heads are larger than a frame, so that they go on in CONTINUATION.
      String value = "v".repeat(random.nextInt(random.nextInt(40) == 0 ? 3000 : 40));
      headers.add(name, value);
      lines.append(name).append(": ").append(value).append('|');
    }
    each.head = lines.append('|').toString();
    each.ended = random.nextInt(4) == 0;
    int padding = random.nextInt(3) == 0 ? random.nextInt(200) : 0;
    if (random.nextBoolean()) {
      netty.writeHeaders(ctx, id, headers, padding, each.ended, ctx.newPromise());
    } else {
      short weight = 16;
      netty.writeHeaders(ctx, id, headers, 0, weight, false, padding, each.ended, ctx.newPromise());
    }
  }

  private void more(int id, Random random) {
    Sent each = sent.get(id);
    int padding = random.nextInt(3) == 0 ? random.nextInt(200) : 0;
    switch (random.nextInt(8)) {
      case 0 -> {
        each.ended = true;
        each.trailers = "x-t: " + id + "||";
        Http2Headers trailers = new DefaultHttp2Headers().add("x-t", Integer.toString(id));
        netty.writeHeaders(ctx, id, trailers, padding, true, ctx.newPromise());
      }
      case 1 -> {
        byte[] ping = Blocks.hex("0102030405060708");
        netty.writePing(ctx, false, Unpooled.wrappedBuffer(ping).readLong(), ctx.newPromise());
        netty.writePriority(ctx, id, 0, (short) 7, true, ctx.newPromise());
      }
      default -> {
        String body = ("" + random.nextInt()).repeat(1 + random.nextInt(400));
        each.body.append(body);
        each.ended = random.nextInt(6) == 0;
        ByteBuf data = Unpooled.wrappedBuffer(Blocks.ascii(body));
        netty.writeData(ctx, id, data, padding, each.ended, ctx.newPromise());
      }
    }
  }

  /** Hands on what Netty wrote, in pieces; a request that is all here is answered. */
  private void pass(Random random) {
    channel.flush();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      int length;
      for (int at = 0; at < out.readableBytes(); at += length) {
        length = Math.min(out.readableBytes() - at, 1 + random.nextInt(9000));
        side.connection.received(out.retainedSlice(at, length));
      }
      out.release();
    }
    sent.forEach(
        (id, each) -> {
          if (each.ended) {
            side.answer(id);
          }
        });
    side.wire.frames();
  }
}
