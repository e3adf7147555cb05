package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.NoLeaks;
import dev.fairlead.proxy.http1.LocalReply;
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

/** Cheap for a client, dear for us: each such thing has an end, and its rule is counted. */
@ExtendWith(NoLeaks.class)
class FloodTest {
  private static final String GET = " " + ServerSide.GET;
  private static final long SECOND = 1_000_000_000L;

  private final ServerSide side = new ServerSide().greeted();

  @AfterEach
  void close() {
    side.close();
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("PING", "PING_FLOOD", 1001, "PING 00 0 00 00 00 00 00 00 00 00"),
        Arguments.of("PING acks", "PING_FLOOD", 1001, "PING 01 0 00 00 00 00 00 00 00 00"),
        Arguments.of("SETTINGS", "SETTINGS_FLOOD", 99, "SETTINGS 00 0"),
        Arguments.of("SETTINGS acks", "SETTINGS_FLOOD", 99, "SETTINGS 01 0"),
        Arguments.of("empty DATA", "EMPTY_FRAME_FLOOD", 201, "DATA 00 1"),
        Arguments.of("padding only", "EMPTY_FRAME_FLOOD", 201, "DATA 08 1 01 00"),
        Arguments.of(
            "WINDOW_UPDATE", "WINDOW_UPDATE_FLOOD", 10_001, "WINDOW_UPDATE 00 0 00 00 00 01"),
        Arguments.of(
            "WINDOW_UPDATE of one",
            "WINDOW_UPDATE_FLOOD",
            10_001,
            "WINDOW_UPDATE 00 1 00 00 00 01"),
        Arguments.of("PRIORITY", "IGNORED_FRAME_FLOOD", 1001, "PRIORITY 00 3 00 00 00 05 ff"),
        Arguments.of("unknown frames", "IGNORED_FRAME_FLOOD", 1001, "16 00 0"),
        Arguments.of("GOAWAY", "IGNORED_FRAME_FLOOD", 1001, "GOAWAY 00 0 00 00 00 00 00 00 00 00"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void floods(String what, String rule, int most, String frame) {
    side.send("HEADERS 04 1 " + ServerSide.POST);
    for (int i = 1; i < most; i++) {
      assertThat(side.connection.closed()).as("frame " + i).isFalse();
      side.send(frame);
      side.wire.out.clear();
    }
    side.send(frame, frame, frame, frame, frame);
    assertThat(side.told).contains(rule);
    assertThat(side.connection.closed()).isTrue();
    assertThat(side.wire.frames()).last().asString().endsWith("ENHANCE_YOUR_CALM");
    assertThat(side.user(1).told).last().isEqualTo("reset VIOLATION ENHANCE_YOUR_CALM");
  }

  @Test
  void whoWaitsMayGoOn() {
    for (int i = 0; i < 5000; i++) {
      side.nanos += SECOND / 90;
      side.send("PING 00 0 00 00 00 00 00 00 00 00");
      side.wire.out.clear();
    }
    assertThat(side.told).isEmpty();
  }

  @Test
  void whoMeasuresEachRoundTripByAPingWhileDataFlowsMayGoOn() {
    side.send("HEADERS 04 1 " + ServerSide.POST);
    for (int i = 0; i < 5000; i++) {
      side.send("DATA 00 1 61", "PING 00 0 00 00 00 00 00 00 00 00");
      side.wire.out.clear();
    }
    for (int i = 0; i < 5000; i++) {
      ByteBuf piece = Unpooled.buffer().writeByte('a');
      side.user(1).stream.data(piece, false);
      side.send("WINDOW_UPDATE 00 0 00 00 00 01", "PING 00 0 00 00 00 00 00 00 00 00");
      side.wire.out.clear();
    }
    assertThat(side.told).isEmpty();
  }

  private int streamsUntilClosed(int most, String... frames) {
    int id = 1;
    for (; id < 2 * most && !side.connection.closed(); id += 2) {
      for (String frame : frames) {
        side.send(frame.replace("ID", Integer.toString(id)));
      }
      side.wire.out.clear();
    }
    return id / 2;
  }

  @Test
  void rapidResets() {
    int streams = streamsUntilClosed(1000, "HEADERS 05 ID" + GET, "RST_STREAM 00 ID 00 00 00 08");
    assertThat(streams).isEqualTo(201);
    assertThat(side.told).containsExactly("RESET_FLOOD");
  }

  @Test
  void resetsThatTheClientMakesUsSend() {
    int streams =
        streamsUntilClosed(1000, "HEADERS 04 ID" + GET, "WINDOW_UPDATE 00 ID 00 00 00 00");
    assertThat(streams).isEqualTo(201);
    assertThat(side.told).contains("ZERO_INCREMENT").endsWith("RESET_FLOOD");
  }

  @Test
  void malformedRequests() {
    assertThat(streamsUntilClosed(1000, "HEADERS 05 ID 82")).isEqualTo(201);
    assertThat(side.told).contains("MALFORMED").endsWith("RESET_FLOOD");
  }

  @Test
  void whoLetsMostRequestsBeAnsweredMayResetOthersForEver() {
    for (int id = 1; id < 8000; id += 4) {
      side.send("HEADERS 05 " + id + GET, "HEADERS 05 " + (id + 2) + GET);
      side.answer(id);
      side.send("RST_STREAM 00 " + (id + 2) + " 00 00 00 08");
      side.wire.out.clear();
    }
    assertThat(side.told).isEmpty();
  }

  @Test
  void moreStreamsThanAllowedAreRefused() {
    for (int id = 1; id <= 203; id += 2) {
      side.send("HEADERS 05 " + id + GET);
    }
    assertThat(side.wire.frames())
        .containsExactly("RST_STREAM 201 REFUSED_STREAM", "RST_STREAM 203 REFUSED_STREAM");
    assertThat(side.users).hasSize(100);
    side.answer(1);
    side.send("HEADERS 05 205" + GET);
    assertThat(side.users).containsKey(205);
  }

  @Test
  void continuationsWithoutEnd() {
    side.send("HEADERS 01 1" + GET);
    for (int i = 0; i < Http2Limits.MAX_CONTINUATIONS; i++) {
      side.send("CONTINUATION 00 1");
    }
    assertThat(side.told).isEmpty();
    side.send("CONTINUATION 00 1");
    assertThat(side.told).containsExactly("CONTINUATION_FLOOD");
  }

  @Test
  void aBlockWithoutEnd() {
    side.send("HEADERS 01 1" + GET);
    String large = "CONTINUATION 00 1 " + "00".repeat(12 * 1024);
    side.send(large, large);
    assertThat(side.told).isEmpty();
    side.send(large);
    assertThat(side.told).containsExactly("CONTINUATION_FLOOD");
  }

  @Test
  void aHeadThatUnpacksTooLargeIsAnsweredAndTheTableStaysRight() {
    String large = "40 01 78 7f a1 1e" + "61".repeat(4000); // x: 4000 × a, counted as 4033
    side.send("HEADERS 05 1" + GET + large + "be".repeat(400));
    assertThat(side.user(1).told).containsExactly("rejected HEAD_TOO_LARGE");
    side.answer(1);
    side.send("HEADERS 05 3 82 86 84 01 01 61 be");
    assertThat(side.user(3).told.get(0)).contains("|x: aaaa").endsWith("aaaa|| end");
    assertThat(side.connection.closed()).isFalse();
  }

  @Test
  void anAnswerThatNobodyTakesIsGivenUpWhateverElseTheClientSays() {
    side.send("SETTINGS 00 0 00 04 00 00 00 02", "HEADERS 05 1" + GET);
    side.answer(1);
    side.user(1).stream.finish();
    for (int look = 0; look < 6; look++) {
      side.send("WINDOW_UPDATE 00 1 00 00 00 01");
      side.connection.endAnswered(2);
    }
    assertThat(side.connection.active()).isZero();
    side.send("HEADERS 05 3" + GET);
    side.answer(3);
    side.user(3).stream.finish();
    for (int look = 0; look < 3; look++) {
      assertThat(side.connection.active()).isOne();
      side.send("PING 00 0 00 00 00 00 00 00 00 00");
      side.connection.endAnswered(2);
    }
    assertThat(side.connection.active()).isZero();
    assertThat(side.connection.queuedBytes()).isZero();
    assertThat(side.wire.frames()).last().isEqualTo("RST_STREAM 3 CANCEL");
  }

  @Test
  void aClientThatDoesNotReadIsCutOff() {
    LocalReply notModified = LocalReply.of(304, List.of(), "");
    side.wire.keepsUp = false;
    int id = 1;
    for (; id < 1_000_000 && !side.connection.closed(); id += 2) {
      side.send("HEADERS 05 " + id + GET);
      side.user(id).stream.reply(notModified);
      side.connection.flush();
    }
    assertThat(side.told).containsExactly("SLOW_READER");
    assertThat(side.wire.out.readableBytes()).isLessThan((1 << 20) + 100);
  }
}
