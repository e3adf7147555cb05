package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.NoLeaks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client's frames may not be, and what it is told: RFC 9113, section by section. */
@ExtendWith(NoLeaks.class)
class FrameRulesTest {
  private static final String GET = " " + ServerSide.GET;
  private static final String POST = " " + ServerSide.POST;
  private static final String OPEN = "HEADERS 04 1" + POST;
  private static final String HALF_CLOSED = "HEADERS 05 1" + GET;
  private static final String KB16 = " " + "00".repeat(16 * 1024);

  private final ServerSide side = new ServerSide();

  @AfterEach
  void close() {
    side.close();
  }

  private static Arguments goAway(String what, String code, String... frames) {
    return Arguments.of(what, "GOAWAY " + code, frames);
  }

  private static Arguments reset(String what, String code, String... frames) {
    return Arguments.of(what, "RST_STREAM " + code, frames);
  }

  static Stream<Arguments> broken() {
    String protocol = "PROTOCOL_ERROR";
    String size = "FRAME_SIZE_ERROR";
    String flow = "FLOW_CONTROL_ERROR";
    String closed = "STREAM_CLOSED";
    return Stream.of(
        goAway("4.2 DATA too large", size, OPEN, "DATA 00 1 00" + KB16),
        goAway("4.2 HEADERS too large", size, "HEADERS 05 1" + GET + KB16),
        goAway("4.3 bad block", "COMPRESSION_ERROR", "HEADERS 05 1 80"),
        goAway(
            "4.3 bad block in CONTINUATION",
            "COMPRESSION_ERROR",
            "HEADERS 01 1 82",
            "CONTINUATION 04 1 86 80"),
        goAway(
            "4.3 bad block on a closed stream",
            "COMPRESSION_ERROR",
            HALF_CLOSED,
            "HEADERS 05 1 80"),
        goAway(
            "4.3 PRIORITY inside a block",
            protocol,
            "HEADERS 01 1 82",
            "PRIORITY 00 1 00 00 00 00 00"),
        goAway("4.3 DATA inside a block", protocol, OPEN, "HEADERS 01 3 82", "DATA 01 1"),
        goAway("4.3 HEADERS of another stream inside", protocol, "HEADERS 01 1 82", HALF_CLOSED),
        goAway(
            "4.3 CONTINUATION of another stream",
            protocol,
            "HEADERS 01 1 82",
            "CONTINUATION 04 3 86"),
        goAway("5.5 unknown frame inside a block", protocol, "HEADERS 01 1 82", "16 00 1 00"),
        goAway("5.1 DATA on an idle stream", protocol, "DATA 01 1 00"),
        goAway("5.1 RST_STREAM on an idle stream", protocol, "RST_STREAM 00 1 00 00 00 08"),
        goAway("5.1 WINDOW_UPDATE on an idle one", protocol, "WINDOW_UPDATE 00 1 00 00 00 08"),
        goAway("5.1 CONTINUATION on an idle stream", protocol, "CONTINUATION 04 1" + GET),
        reset("5.1 DATA on a half-closed stream", closed, HALF_CLOSED, "DATA 01 1 00"),
        reset("5.1 HEADERS on a half-closed stream", closed, HALF_CLOSED, "HEADERS 05 1" + GET),
        goAway(
            "5.1 CONTINUATION on a half-closed one",
            protocol,
            HALF_CLOSED,
            "CONTINUATION 04 1" + GET),
        goAway(
            "5.1 DATA behind RST_STREAM",
            closed,
            OPEN,
            "RST_STREAM 00 1 00 00 00 08",
            "DATA 01 1 00"),
        goAway(
            "5.1 HEADERS behind RST_STREAM",
            closed,
            OPEN,
            "RST_STREAM 00 1 00 00 00 08",
            "HEADERS 05 1" + GET),
        goAway("5.1 DATA on a closed stream", closed, HALF_CLOSED, "answer 1", "DATA 01 1 00"),
        goAway(
            "5.1 HEADERS on a closed stream",
            closed,
            HALF_CLOSED,
            "answer 1",
            "HEADERS 05 1" + GET),
        goAway("5.1.1 even stream", protocol, "HEADERS 05 2" + GET),
        goAway("5.1.1 stream below the last", protocol, "HEADERS 05 5" + GET, HALF_CLOSED),
        goAway(
            "5.3.1 HEADERS that depend on themselves",
            protocol,
            "HEADERS 25 1 00 00 00 01 ff" + GET),
        goAway("5.3.1 PRIORITY that depends on itself", protocol, "PRIORITY 00 1 00 00 00 01 ff"),
        goAway("6.1 DATA without a stream", protocol, "DATA 01 0 00"),
        goAway("6.1 DATA all padding", protocol, OPEN, "DATA 09 1 01"),
        goAway("6.1 DATA padded with nothing", size, OPEN, "DATA 09 1"),
        goAway("6.2 HEADERS without a stream", protocol, "HEADERS 05 0" + GET),
        goAway("6.2 HEADERS all padding", protocol, "HEADERS 0d 1 10" + GET),
        goAway("6.2 HEADERS cut off", size, "HEADERS 2d 1 00 00 00"),
        goAway("6.3 PRIORITY without a stream", protocol, "PRIORITY 00 0 00 00 00 01 ff"),
        goAway("6.3 PRIORITY of four bytes", size, "PRIORITY 00 1 00 00 00 03"),
        goAway("6.4 RST_STREAM without a stream", protocol, "RST_STREAM 00 0 00 00 00 08"),
        goAway("6.4 RST_STREAM of three bytes", size, OPEN, "RST_STREAM 00 1 00 00 00"),
        goAway("6.5 SETTINGS on a stream", protocol, "SETTINGS 00 1"),
        goAway("6.5 SETTINGS ack with payload", size, "SETTINGS 01 0 00"),
        goAway("6.5 SETTINGS of five bytes", size, "SETTINGS 00 0 00 03 00 00 00"),
        goAway("6.5.2 ENABLE_PUSH of 2", protocol, "SETTINGS 00 0 00 02 00 00 00 02"),
        goAway("6.5.2 INITIAL_WINDOW_SIZE of 2^31", flow, "SETTINGS 00 0 00 04 80 00 00 00"),
        goAway("6.5.2 MAX_FRAME_SIZE of 2^14-1", protocol, "SETTINGS 00 0 00 05 00 00 3f ff"),
        goAway("6.5.2 MAX_FRAME_SIZE of 2^24", protocol, "SETTINGS 00 0 00 05 01 00 00 00"),
        goAway("6.6 PUSH_PROMISE", protocol, OPEN, "PUSH_PROMISE 04 1 00 00 00 02" + GET),
        goAway("6.7 PING on a stream", protocol, "PING 00 1 00 00 00 00 00 00 00 00"),
        goAway("6.7 PING of six bytes", size, "PING 00 0 00 00 00 00 00 00"),
        goAway("6.8 GOAWAY on a stream", protocol, "GOAWAY 00 1 00 00 00 00 00 00 00 00"),
        goAway("6.8 GOAWAY of four bytes", size, "GOAWAY 00 0 00 00 00 00"),
        goAway("6.9 no increment of all", protocol, "WINDOW_UPDATE 00 0 00 00 00 00"),
        reset("6.9 no increment of one", protocol, OPEN, "WINDOW_UPDATE 00 1 00 00 00 00"),
        goAway("6.9 WINDOW_UPDATE of three bytes", size, "WINDOW_UPDATE 00 0 00 00 01"),
        goAway("6.9.1 window of all past 2^31-1", flow, "WINDOW_UPDATE 00 0 7f ff ff ff"),
        reset("6.9.1 window of one past 2^31-1", flow, OPEN, "WINDOW_UPDATE 00 1 7f ff ff ff"),
        goAway(
            "6.9.2 window past 2^31-1 by setting",
            flow,
            OPEN,
            "WINDOW_UPDATE 00 1 00 00 ff ff",
            "SETTINGS 00 0 00 04 7f ff ff ff"),
        goAway("6.10 CONTINUATION behind a whole block", protocol, OPEN, "CONTINUATION 04 1 00"),
        goAway(
            "6.10 CONTINUATION behind DATA",
            protocol,
            OPEN,
            "DATA 00 1 00",
            "CONTINUATION 04 1 00"),
        goAway(
            "6.10 CONTINUATION without a stream",
            protocol,
            "HEADERS 01 1 82",
            "CONTINUATION 04 0 00"),
        reset("8.1 second HEADERS that do not end", protocol, OPEN, "HEADERS 04 1 00 01 61 01 62"),
        reset("8.1 pseudo-header in trailers", protocol, OPEN, "HEADERS 05 1 84"),
        reset(
            "8.1.1 more data than Content-Length",
            protocol,
            OPEN + " 0f 0d 01 31",
            "DATA 00 1 61 62"),
        reset(
            "8.1.1 less data than Content-Length", protocol, OPEN + " 0f 0d 01 32", "DATA 01 1 61"),
        reset(
            "8.1.1 less data behind trailers",
            protocol,
            OPEN + " 0f 0d 01 32",
            "DATA 00 1 61",
            "HEADERS 05 1 00 01 61 01 62"),
        reset("8.1.1 no data for Content-Length", protocol, HALF_CLOSED + " 0f 0d 01 31"),
        reset("8.2 upper-case name", protocol, HALF_CLOSED + " 00 01 41 01 62"),
        reset("8.2.2 Connection", protocol, HALF_CLOSED + " 00 0a 636f6e6e656374696f6e 01 62"),
        reset("8.3 unknown pseudo-header", protocol, HALF_CLOSED + " 00 02 3a 78 01 62"),
        reset("8.3.1 no path", protocol, "HEADERS 05 1 82 86 41 01 61"),
        reset("8.3.1 path twice", protocol, "HEADERS 05 1 84" + GET));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void broken(String what, String answer, String[] frames) {
    side.greeted();
    for (String frame : frames) {
      if (frame.startsWith("answer")) {
        side.answer(1);
      } else {
        side.send(frame);
      }
    }
    List<String> said = side.wire.frames();
    String last = said.get(said.size() - 1);
    assertThat(last.replaceFirst("^(GOAWAY|RST_STREAM) [0-9]+ ", "$1 ")).isEqualTo(answer);
    assertThat(side.connection.closed()).isEqualTo(answer.startsWith("GOAWAY"));
    assertThat(side.wire.closed).isEqualTo(side.connection.closed());
    assertThat(side.told).hasSize(1);
    if (!side.connection.closed()) {
      side.send("HEADERS 05 3" + GET);
      assertThat(side.user(3).told).containsExactly("GET / HTTP/1.1|host: a|| end");
    }
  }

  @Test
  void aClientThatSaysNoPrefaceIsSentAway() {
    side.connection.received(Unpooled.copiedBuffer(Blocks.ascii("PRI * HTTP/2.0\r\n\r\nSM\n")));
    assertThat(side.wire.frames()).endsWith("GOAWAY 0 PROTOCOL_ERROR");
    assertThat(side.told).containsExactly("BAD_PREFACE");
  }

  @Test
  void theFirstFrameIsSettings() {
    side.connection.received(Unpooled.wrappedBuffer(Frame.PREFACE));
    side.send("PING 00 0 00 00 00 00 00 00 00 00");
    assertThat(side.told).containsExactly("NO_SETTINGS");
  }

  @Test
  void whatIsAllowedIsNotHeldAgainstAnyone() {
    side.greeted();
    side.send(
        "16 00 0 00",
        "16 ff 7 00 01",
        "PRIORITY 00 5 00 00 00 03 ff",
        "SETTINGS 00 0 00 ff 00 00 00 01",
        "HEADERS 2c 1 02 80 00 00 03 07" + POST + " 00 00",
        "DATA 08 1 03 68 69 00 00 00",
        "DATA 00 1 21",
        "HEADERS 05 1 00 01 61 01 62",
        "WINDOW_UPDATE 00 0 00 00 00 01",
        "WINDOW_UPDATE ff 1 80 00 00 01",
        "PING 00 0 01 02 03 04 05 06 07 08",
        "PING 01 0 01 02 03 04 05 06 07 08");
    assertThat(side.user(1).told)
        .containsExactly("POST / HTTP/1.1|host: a||", "data 2", "data 1", "trailers a: b||");
    assertThat(side.user(1).body).hasToString("hi!");
    side.answer(1);
    side.send("WINDOW_UPDATE 00 1 00 00 00 01", "RST_STREAM 00 1 00 00 00 08");
    assertThat(side.wire.frames())
        .containsExactly(
            "SETTINGS ack",
            "PING ack",
            "HEADERS 1|:status: 200|content-length: 5",
            "DATA 1 hello end");
    assertThat(side.told).isEmpty();
    assertThat(side.connection.active()).isZero();
  }

  @Test
  void framesMayComeInAnyPieces() {
    StringBuilder told = new StringBuilder();
    for (int step = 1; step < 30; step++) {
      ServerSide each = new ServerSide();
      ByteBuf all = Unpooled.buffer();
      all.writeBytes(Frame.PREFACE);
      for (String frame :
          List.of(
              "SETTINGS 00 0 00 04 00 01 00 00",
              "HEADERS 00 1 83 86",
              "CONTINUATION 00 1",
              "CONTINUATION 04 1 84 41 01 61",
              "DATA 08 1 03 68 69 00 00 00",
              "DATA 01 1 21")) {
        all.writeBytes(ServerSide.bytes(frame));
      }
      while (all.isReadable()) {
        each.connection.received(all.readRetainedSlice(Math.min(step, all.readableBytes())));
      }
      all.release();
      assertThat(each.user(1).told).as("step " + step).startsWith("POST / HTTP/1.1|host: a||");
      told.append(each.user(1).body).append(each.user(1).ended);
      each.close();
    }
    assertThat(told).hasToString("hi!true".repeat(29));
  }

  @Test
  void framesOnAStreamThatWeResetAreDroppedAndTheWindowOpensAgain() {
    side.greeted().send(OPEN);
    side.user(1).stream.reset(ErrorCode.CANCEL);
    for (int i = 0; i < 40; i++) {
      side.send("DATA 00 1" + KB16);
    }
    side.send("HEADERS 05 1 40 01 78 01 79", "HEADERS 05 3" + GET + " bf");
    assertThat(side.user(3).told).containsExactly("GET / HTTP/1.1|host: a|x: y|| end");
    assertThat(side.wire.frames()).containsExactly("RST_STREAM 1 CANCEL", "WINDOW_UPDATE 0 524288");
    assertThat(side.told).isEmpty();
  }
}
