package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.NoLeaks;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Our client against our server, over a wire that cuts and stalls: whatever the windows, the order
 * and the pace, each body arrives whole on its own stream, and nothing exceeds its bound.
 */
@ExtendWith(NoLeaks.class)
class FlowTest {
  private static final HeadLimits HEAD = new HeadLimits(16 * 1024, 50, 1024);
  private static final ClientInfo INFO = new ClientInfo("192.0.2.1", "http", false);

  /** Byte {@code at} of the body of a stream: no two streams' bodies are alike. */
  private static byte pattern(int stream, long at) {
    return (byte) (stream * 31 + at * 7 + (at >> 8));
  }

  /** One stream's end: sends a body of a length, takes one, at its own pace. */
  private final class End implements StreamUser {
    final Side side;
    final Head head;
    final int length;
    final boolean trailers;
    Http2Stream stream;
    long sent;
    long got;
    int held;
    boolean mayWrite = true;
    boolean headSent;
    boolean finished;
    boolean headRead;
    boolean ended;
    @Nullable String trouble;

    End(Side side, Head head, int length, boolean trailers) {
      this.side = side;
      this.head = head;
      this.length = length;
      this.trailers = trailers;
    }

    @Override
    public Head head() {
      return head;
    }

    @Override
    public void headRead(boolean end) {
      headRead = true;
      ended = end;
    }

    @Override
    public void rejected(Reject reject) {
      trouble = "rejected " + reject;
    }

    @Override
    public void data(ByteBuf data, boolean end) {
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes);
      for (byte b : bytes) {
        if (b != pattern(stream.id(), got++) && trouble == null) {
          trouble = "wrong byte at " + got;
        }
      }
      held += bytes.length;
      data.release();
      ended = end;
      if (held > side.limits.streamWindow()) {
        trouble = "more than the window: " + held;
      }
    }

    @Override
    public void trailers(TrailerHead fields) {
      ended = true;
      if (!Blocks.fields(fields).equals(List.of("x-sum: " + got))) {
        trouble = "trailers " + Blocks.fields(fields) + " behind " + got;
      }
    }

    @Override
    public void reset(Cause cause, ErrorCode code) {
      trouble = "reset " + cause + " " + code;
    }

    @Override
    public void writable() {
      mayWrite = true;
    }

    /** Sends a piece, if it may. */
    void send(Random random) {
      if (!headSent || finished || !mayWrite) {
        return;
      }
      if (!stream.keepsUp()) {
        mayWrite = false;
        return;
      }
      int piece = (int) Math.min(length - sent, random.nextInt(random.nextBoolean() ? 50 : 40_000));
      byte[] bytes = new byte[piece];
      for (int i = 0; i < piece; i++) {
        bytes[i] = pattern(stream.id(), sent++);
      }
      ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes);
      finished = sent == length;
      stream.data(data, finished && !trailers);
      if (finished && trailers) {
        stream.trailers(ConnectionTest.trailers("x-sum: " + sent));
      }
    }

    void take(Random random) {
      int bytes = Math.min(held, random.nextInt(60_000));
      held -= bytes;
      stream.consumed(bytes);
    }
  }

  /** One end of the connection. */
  private final class Side implements Http2Owner {
    final Wire wire = new Wire();
    final List<End> ends = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    final Http2Limits limits;
    final Random random;
    Http2Connection connection;

    Side(Random random) {
      this.random = random;
      int window = 65_535 + random.nextInt(100_000);
      limits =
          new Http2Limits(
              HEAD, 20, window, window + random.nextInt(100_000), 16 << 10, 64 << 10, 1 << 20);
    }

    @Override
    public StreamUser accept(Http2Stream stream) {
      End end = new End(this, new RequestHead(HEAD), random.nextInt(300_000), random.nextBoolean());
      end.stream = stream;
      ends.add(end);
      return end;
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
    public void opens() {}
  }

  private static RequestHead request(int length) {
    RequestHead head = new RequestHead(HEAD);
    String lines = "POST /x?y HTTP/1.1\r\nHost: a\r\nX-A: b\r\nContent-Length: " + length;
    byte[] bytes = Blocks.ascii(lines + "\r\n\r\n");
    assertThat(new HeadParser(HEAD).parseRequest(bytes, 0, bytes.length, head))
        .isEqualTo(Reject.NONE);
    return head;
  }

  @Test
  void bodiesArriveWholeThroughAnyWindowsAndPaces() {
    long seed = Blocks.seed();
    for (int round = 0; round < 10; round++) {
      new Round(new Random(seed + round), "seed " + seed + " round " + round).run();
    }
  }

  private final class Round {
    private final Random random;
    private final String as;
    private final Side client;
    private final Side server;
    private int toOpen = 30;

    Round(Random random, String as) {
      this.random = random;
      this.as = as;
      client = new Side(random);
      server = new Side(random);
      HeadFields fields = new HeadFields();
      client.connection =
          Http2Connection.client(false, client.limits, () -> 0, fields, client, client.wire);
      server.connection =
          Http2Connection.server(server.limits, () -> 0, fields, server, server.wire);
    }

    void run() {
      int steps = 0;
      while (toOpen > 0 || client.connection.active() > 0 || server.connection.active() > 0) {
        assertThat(steps++).as(as + " hangs").isLessThan(200_000);
        step();
        check(client);
        check(server);
      }
      assertThat(server.ends).as(as).hasSize(30);
      for (int i = 0; i < 30; i++) {
        End asked = client.ends.get(i);
        End answered = server.ends.get(i);
        assertThat(answered.got).as(as).isEqualTo(asked.length);
        assertThat(asked.got).as(as).isEqualTo(answered.length);
        assertThat(asked.ended && answered.ended).as(as).isTrue();
      }
      client.connection.gone();
      server.connection.gone();
      client.wire.release();
      server.wire.release();
    }

    private void check(Side side) {
      assertThat(side.told).as(as).isEmpty();
      assertThat(side.connection.queuedBytes()).as(as).isLessThan((64 << 10) + 20 * 40_000);
      for (End end : side.ends) {
        assertThat(end.trouble).as(as).isNull();
      }
    }

    private void step() {
      Side side = random.nextBoolean() ? client : server;
      Side other = side == client ? server : client;
      switch (random.nextInt(6)) {
        case 0 -> pass(side, other);
        case 1 -> {
          side.wire.keepsUp = !side.wire.keepsUp;
          if (side.wire.keepsUp) {
            side.connection.resume();
          }
        }
        case 2 -> side.ends.forEach(end -> end.take(random));
        case 3 -> open();
        case 4 -> answer();
        default -> side.ends.forEach(end -> end.send(random));
      }
    }

    private void pass(Side from, Side to) {
      ByteBuf bytes = from.wire.take();
      int length;
      for (int at = 0; at < bytes.readableBytes(); at += length) {
        length = Math.min(bytes.readableBytes() - at, 1 + random.nextInt(20_000));
        to.connection.received(bytes.retainedSlice(at, length));
      }
      bytes.release();
    }

    private void open() {
      if (toOpen > 0 && client.connection.canOpen() && client.connection.active() < 20) {
        toOpen--;
        End end = new End(client, new ResponseHead(HEAD), 1 + random.nextInt(200_000), false);
        client.ends.add(end);
        end.stream =
            client.connection.request(
                end, request(end.length), CompiledRewrite.NONE, CompiledEdits.NONE, INFO, false);
        end.headSent = true;
      }
    }

    private void answer() {
      for (End end : server.ends) {
        if (end.headRead && !end.headSent) {
          end.headSent = true;
          ResponseHead head = ConnectionTest.response("HTTP/1.1 200 OK|X: y||");
          end.stream.respond(head, CompiledEdits.NONE, false);
        }
      }
    }
  }

  @Test
  void noBytesMakeAConnectionThrowOrItsBuffersLeak() {
    Random random = new Random(Blocks.seed());
    for (int round = 0; round < 1000; round++) {
      String as = "seed " + Blocks.seed() + " round " + round;
      ServerSide side = new ServerSide().greeted();
      try {
        for (int frames = random.nextInt(20); frames > 0; frames--) {
          side.connection.received(noise(random));
          for (int id : List.copyOf(side.users.keySet())) {
            switch (random.nextInt(6)) {
              case 0 -> side.answer(id);
              case 1 -> side.user(id).stream.data(ConnectionTest.data("x"), false);
              case 2 -> side.user(id).stream.reset(ErrorCode.CANCEL);
              default -> {}
            }
          }
        }
      } catch (RuntimeException e) {
        throw new AssertionError(as, e);
      }
      side.close();
    }
  }

  private static ByteBuf noise(Random random) {
    int type = random.nextInt(11);
    int stream = random.nextInt(8);
    byte[] payload = new byte[random.nextInt(3) == 0 ? random.nextInt(60) : 4 + random.nextInt(5)];
    random.nextBytes(payload);
    if (type == Frame.HEADERS && random.nextBoolean()) {
      payload = Blocks.hex(random.nextBoolean() ? ServerSide.GET : ServerSide.POST);
    }
    int flags = random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(2) * 5;
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer();
    Frame.writeHeader(out, payload.length, type, flags, type > 3 && type < 8 ? 0 : stream);
    return out.writeBytes(payload);
  }
}
