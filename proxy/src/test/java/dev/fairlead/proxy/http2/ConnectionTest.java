package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.NoLeaks;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server's connection in the order of life: answers, windows, goodbyes. */
@ExtendWith(NoLeaks.class)
class ConnectionTest {
  private static final String GET = " " + ServerSide.GET;
  private static final String POST = " " + ServerSide.POST;

  private final ServerSide side = new ServerSide().greeted();

  @AfterEach
  void close() {
    side.close();
  }

  static ResponseHead response(String lines) {
    HeadLimits limits = ServerSide.HEAD;
    ResponseHead head = new ResponseHead(limits);
    byte[] bytes = Blocks.ascii(lines.replace("|", "\r\n"));
    Reject reject = new HeadParser(limits).parseResponse(bytes, 0, bytes.length, false, head);
    assertThat(reject).isEqualTo(Reject.NONE);
    return head;
  }

  static TrailerHead trailers(String fields) {
    TrailerHead head = new TrailerHead(10);
    HeadBuilder builder = new HeadBuilder(ServerSide.HEAD);
    assertThat(Blocks.decode(new HpackDecoder(4096), Blocks.plain(fields), builder, head)).isTrue();
    return head;
  }

  static ByteBuf data(String text) {
    ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer();
    return data.writeBytes(Blocks.ascii(text));
  }

  @Test
  void theServerSaysItsSettingsFirst() {
    ServerSide fresh = new ServerSide();
    assertThat(fresh.wire.frames()).containsExactly("SETTINGS", "WINDOW_UPDATE 0 983041");
    assertThat(fresh.connection.settled()).isFalse();
    fresh.greeted();
    assertThat(fresh.connection.settled()).isTrue();
    fresh.close();
  }

  @Test
  void settingsThatNobodyAcknowledgesEndTheConnection() {
    ServerSide fresh = new ServerSide();
    fresh.connection.settingsTimedOut();
    assertThat(fresh.told).containsExactly("SETTINGS_TIMEOUT");
    fresh.close();
  }

  @Test
  void anHttp1AnswerLosesWhatIsOfItsConnection() {
    side.send("HEADERS 05 1" + GET);
    Http2Stream stream = side.user(1).stream;
    ResponseHead early = response("HTTP/1.1 103 Early Hints|Link: x||");
    stream.respond(early, CompiledEdits.NONE, false);
    ResponseHead head =
        response(
            "HTTP/1.1 200 OK|Server: s|Transfer-Encoding: chunked|Connection: close, X-Hop|"
                + "X-Hop: 1|Keep-Alive: 5|X-End:   2  ||");
    stream.respond(head, CompiledEdits.NONE, false);
    stream.data(data("hel"), false);
    stream.data(data("lo"), false);
    stream.trailers(trailers("grpc-status: 0|content-length: 3"));
    assertThat(side.wire.frames())
        .containsExactly(
            "HEADERS 1|:status: 103|link: x",
            "HEADERS 1|:status: 200|server: s|x-end: 2",
            "DATA 1 hel",
            "DATA 1 lo",
            "HEADERS 1 end|grpc-status: 0");
    assertThat(stream.closed()).isTrue();
    assertThat(side.connection.active()).isZero();
  }

  @Test
  void aBodyWaitsForItsWindowAndItsUserIsToldWhenToGoOn() {
    side.send("SETTINGS 00 0 00 04 00 00 00 05", "HEADERS 05 1" + GET);
    side.wire.out.clear();
    Recorder user = side.user(1);
    Http2Stream stream = user.stream;
    stream.respond(response("HTTP/1.1 200 ||"), CompiledEdits.NONE, false);
    stream.data(data("hello w"), false);
    stream.data(data("x".repeat(64 << 10)), false);
    assertThat(stream.keepsUp()).isFalse();
    stream.trailers(trailers("a: b"));
    assertThat(side.wire.frames()).containsExactly("HEADERS 1|:status: 200", "DATA 1 hello");
    side.send("WINDOW_UPDATE 00 1 00 00 00 03");
    assertThat(side.wire.frames()).containsExactly("DATA 1  w", "DATA 1 x");
    side.send("SETTINGS 00 0 00 04 00 00 00 00");
    side.send("WINDOW_UPDATE 00 1 00 00 00 05");
    assertThat(side.wire.frames()).containsExactly("SETTINGS ack");
    assertThat(user.told).doesNotContain("writable");
    side.send("WINDOW_UPDATE 00 1 00 00 fe ff");
    assertThat(user.told).contains("writable");
    side.send("WINDOW_UPDATE 00 1 00 00 0f ff", "WINDOW_UPDATE 00 0 00 00 ff ff");
    assertThat(side.wire.frames()).endsWith("HEADERS 1 end|a: b");
    assertThat(side.connection.active()).isZero();
    assertThat(side.connection.queuedBytes()).isZero();
  }

  @Test
  void streamsTakeTurns() {
    side.wire.keepsUp = false;
    for (int id = 1; id <= 5; id += 2) {
      side.send("HEADERS 05 " + id + GET);
      Http2Stream stream = side.user(id).stream;
      stream.respond(response("HTTP/1.1 200 ||"), CompiledEdits.NONE, false);
      stream.data(data("x".repeat(20_000)), false);
      stream.end();
      stream.end();
    }
    side.wire.out.clear();
    side.wire.keepsUp = true;
    side.connection.resume();
    assertThat(side.wire.frames())
        .containsExactly(
            "DATA 1 16384",
            "DATA 3 16384",
            "DATA 5 16384",
            "DATA 1 3616 end",
            "DATA 3 3616 end",
            "DATA 5 3616 end");
  }

  @Test
  void theWindowOpensOnlyAsTheBodyIsTaken() {
    side.send("HEADERS 04 1" + POST);
    Recorder user = side.user(1);
    user.consumes = false;
    String kb16 = "DATA 00 1 " + "00".repeat(16 << 10);
    for (int i = 0; i < 16; i++) {
      side.send(kb16);
    }
    assertThat(side.wire.frames()).isEmpty();
    user.stream.consumed(128 << 10);
    assertThat(side.wire.frames()).containsExactly("WINDOW_UPDATE 1 131072");
    for (int i = 0; i < 8; i++) {
      side.send(kb16);
    }
    assertThat(side.told).isEmpty();
    side.send("DATA 00 1 00");
    assertThat(side.told).containsExactly("WINDOW_EXCEEDED");
    assertThat(user.told).last().isEqualTo("reset VIOLATION FLOW_CONTROL_ERROR");
    // What the stream held is given back with it.
    assertThat(side.wire.frames()).containsExactly("RST_STREAM 1 FLOW_CONTROL_ERROR");
  }

  @Test
  void aRequestThatWeRefuseIsAnsweredAndItsBodyDropped() {
    side.send("HEADERS 04 1 83 86 04 05 2f 61 2f 2e 2e 41 01 61");
    assertThat(side.user(1).told).containsExactly("rejected DOT_SEGMENT");
    side.send("DATA 00 1 61 62");
    side.answer(1);
    assertThat(side.wire.frames())
        .containsExactly("HEADERS 1|:status: 200|content-length: 5", "DATA 1 hello end");
    side.send("DATA 01 1 61 62");
    assertThat(side.user(1).told).hasSize(1);
    assertThat(side.connection.closed()).isFalse();
    assertThat(side.connection.active()).isZero();
  }

  @Test
  void whoGoesOnSendingWhatIsAnsweredIsToldToStop() {
    String kb16 = "DATA 00 1 " + "00".repeat(16 << 10);
    side.send("HEADERS 04 1" + GET);
    Http2Stream stream = side.user(1).stream;
    side.answer(1);
    stream.finish();
    side.wire.frames();
    for (int i = 0; i < 4; i++) {
      side.send(kb16);
    }
    assertThat(side.wire.frames()).isEmpty();
    side.send(kb16);
    assertThat(side.wire.frames()).containsExactly("RST_STREAM 1 NO_ERROR");
    assertThat(side.connection.active()).isZero();
  }

  @Test
  void whoDoesNotGoOnIsToldToStopToo() {
    side.send("HEADERS 04 1" + GET);
    Http2Stream stream = side.user(1).stream;
    side.answer(1);
    stream.finish();
    side.wire.frames();
    side.connection.endAnswered(1);
    assertThat(side.wire.frames()).containsExactly("RST_STREAM 1 NO_ERROR");
  }

  @Test
  void whatBreaksRulesBehindAnAnswerIsNotOverlooked() {
    side.send("HEADERS 04 1" + GET + " 0f 0d 01 31");
    Http2Stream stream = side.user(1).stream;
    side.answer(1);
    stream.finish();
    side.wire.frames();
    side.send("DATA 01 1 61 62");
    assertThat(side.wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    assertThat(side.connection.closed()).isFalse();
  }

  @Test
  void anAnswerToHeadHasNoBody() {
    side.send("HEADERS 05 1 02 04 48 45 41 44 86 84 41 01 61");
    side.answer(1);
    assertThat(side.wire.frames()).containsExactly("HEADERS 1 end|:status: 200|content-length: 5");
  }

  @Test
  void aStreamsObjectServesAnotherOnlyWhenItsUserLetsGo() {
    side.send("HEADERS 05 1" + GET);
    Http2Stream first = side.user(1).stream;
    side.answer(1);
    side.send("HEADERS 05 3" + GET);
    assertThat(side.user(3).stream).isNotSameAs(first);
    side.wire.out.clear();
    side.answer(1);
    first.reset(ErrorCode.CANCEL);
    assertThat(side.wire.frames()).isEmpty();
    first.forget();
    first.forget();
    side.send("HEADERS 05 5" + GET, "HEADERS 05 7" + GET);
    assertThat(side.user(5).stream).isSameAs(first);
    assertThat(side.user(7).stream).isNotSameAs(first);
  }

  @Test
  void goodbyeLosesNoRequestThatIsOnItsWay() {
    side.send("HEADERS 05 1" + GET);
    side.connection.shutDown();
    assertThat(side.wire.frames()).containsExactly("GOAWAY 2147483647 NO_ERROR", "PING");
    side.send("HEADERS 05 3" + GET, "PING 01 0 " + "6661 6972 6c65 6164");
    assertThat(side.wire.frames()).containsExactly("GOAWAY 3 NO_ERROR");
    side.send("HEADERS 04 5" + POST, "DATA 01 5 00");
    assertThat(side.users).doesNotContainKey(5);
    side.answer(1);
    assertThat(side.connection.closed()).isFalse();
    side.answer(3);
    assertThat(side.connection.closed()).isTrue();
    assertThat(side.wire.closed).isTrue();
    assertThat(side.told).isEmpty();
  }

  @Test
  void whenTheConnectionIsGoneEachUserHearsOfIt() {
    side.send("HEADERS 05 1" + GET, "HEADERS 05 3" + GET);
    side.connection.gone();
    assertThat(side.user(1).told).last().isEqualTo("reset GONE CANCEL");
    assertThat(side.user(3).told).last().isEqualTo("reset GONE CANCEL");
    side.answer(1);
    assertThat(side.wire.out.isReadable()).isFalse();
  }

  @Test
  void aHeadThatIsNotAllHereIsKnownToBeOnItsWay() {
    assertThat(side.connection.unfinished()).isFalse();
    side.send("HEADERS 01 1 82 86");
    assertThat(side.connection.unfinished()).isTrue();
    side.send("CONTINUATION 04 1 84 41 01 61");
    assertThat(side.connection.unfinished()).isFalse();
    ByteBuf half = ServerSide.bytes("HEADERS 05 3" + GET);
    side.connection.received(half.writerIndex(half.writerIndex() - 1));
    assertThat(side.connection.unfinished()).isTrue();
  }
}
