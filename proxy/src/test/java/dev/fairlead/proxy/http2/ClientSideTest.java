package dev.fairlead.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.NoLeaks;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client's connection against a server that is frames by hand. */
@ExtendWith(NoLeaks.class)
class ClientSideTest implements Http2Owner {
  private static final ClientInfo INFO = new ClientInfo("192.0.2.1", "http", false);
  private static final String OK = " 88";

  private final Wire wire = new Wire();
  private final List<String> told = new ArrayList<>();
  private final Http2Connection connection =
      Http2Connection.client(
          true, Http2Limits.defaults(ServerSide.HEAD), () -> 0, new HeadFields(), this, wire);

  @Override
  public StreamUser accept(Http2Stream stream) {
    throw new AssertionError("a server begins nothing");
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

  @AfterEach
  void close() {
    connection.gone();
    wire.release();
  }

  private void send(String... frames) {
    for (String frame : frames) {
      connection.received(ServerSide.bytes(frame));
    }
  }

  private Recorder ask(String lines, boolean end) {
    RequestHead head = new RequestHead(ServerSide.HEAD);
    byte[] bytes = Blocks.ascii(lines.replace("|", "\r\n"));
    assertThat(new HeadParser(ServerSide.HEAD).parseRequest(bytes, 0, bytes.length, head))
        .isEqualTo(Reject.NONE);
    Recorder user = new Recorder(new ResponseHead(ServerSide.HEAD));
    user.stream =
        connection.request(user, head, CompiledRewrite.NONE, CompiledEdits.NONE, INFO, end);
    return user;
  }

  private Recorder get() {
    return ask("GET /x HTTP/1.1|Host: a||", true);
  }

  private void greet() {
    wire.out.clear();
    send("SETTINGS 00 0", "SETTINGS 01 0");
    wire.out.clear();
  }

  @Test
  void aRequestMayGoWithThePrefaceAndBecomesPseudoHeadersAndFields() {
    ask("POST /x?y HTTP/1.1|Host: a:1|TE: trailers|Connection: TE, X-Hop|X-Hop: 1|X: y||", false);
    byte[] preface = new byte[Frame.PREFACE.length];
    wire.out.readBytes(preface);
    assertThat(preface).isEqualTo(Frame.PREFACE);
    assertThat(wire.frames())
        .containsExactly(
            "SETTINGS",
            "WINDOW_UPDATE 0 983041",
            "HEADERS 1|:method: POST|:scheme: https|:authority: a:1|:path: /x?y|te: trailers|x: y"
                + "|x-forwarded-for: 192.0.2.1|x-forwarded-proto: http|x-forwarded-host: a:1");
  }

  @Test
  void answersToRequestsThatWereGivenUpEndNothing() {
    greet();
    for (int i = 0; i < 5000; i++) {
      Recorder user = get();
      int id = user.stream.id();
      user.stream.forget();
      send(
          "HEADERS 04 " + id + OK, "DATA 00 " + id + " 61", "HEADERS 05 " + id + " 00 01 63 01 64");
      wire.out.clear();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void whoHasNoNumberLeftForAStreamSaysSo() {
    greet();
    for (int i = 0; i < (1 << 30) - 1; i++) {
      connection.streams.next();
    }
    assertThat(connection.canOpen()).isTrue();
    assertThat(get().stream.id()).isEqualTo(Integer.MAX_VALUE);
    assertThat(told).containsExactly("goAway NO_ERROR");
    assertThat(connection.canOpen()).isFalse();
  }

  @Test
  void interimAnswersComeBeforeTheFinalOne() {
    greet();
    Recorder user = get();
    send(
        "HEADERS 04 1 08 03 31 30 33 00 01 61 01 62",
        "HEADERS 04 1" + OK + " 0f 0d 01 33",
        "DATA 00 1 61 62 63",
        "HEADERS 05 1 00 01 63 01 64");
    assertThat(user.told)
        .containsExactly(
            "HTTP/1.1 103 |a: b||",
            "HTTP/1.1 200 |content-length: 3||",
            "data 3",
            "trailers c: d||");
    assertThat(user.stream.closed()).isTrue();
    assertThat(connection.active()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "no status,                  HEADERS 05 1 00 01 61 01 62,            BAD_PSEUDO_HEADER",
    "switching,                  HEADERS 05 1 08 03 31 30 31,            BAD_UPGRADE",
    "interim at the end,         HEADERS 05 1 08 03 31 30 33,            BAD_STATUS_LINE",
    "a length without a body,    HEADERS 05 1 88 0f 0d 01 33,            BODY_CUT_SHORT",
    "a request's pseudo-header,  HEADERS 05 1 88 84,                     BAD_PSEUDO_HEADER",
  })
  void aMalformedAnswerIsResetAndItsUserTold(String what, String frame, Reject rule) {
    greet();
    Recorder user = get();
    wire.out.clear();
    send(frame);
    assertThat(user.told).containsExactly("rejected " + rule);
    assertThat(user.stream.closed()).isTrue();
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    assertThat(told).containsExactly("MALFORMED");
    send("DATA 01 1 61");
    assertThat(connection.closed()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "data before a head,  DATA 01 1 61",
    "data behind 204,     HEADERS 04 1 89|DATA 01 1 61",
    "too much data,       HEADERS 04 1 88 0f 0d 01 33|DATA 00 1 61 62 63 64",
    "a body cut short,    HEADERS 04 1 88 0f 0d 01 33|DATA 01 1 61 62",
    "a second head,       HEADERS 04 1 88|HEADERS 04 1 88",
  })
  void whatFollowsWrongEndsTheStream(String what, String frames) {
    greet();
    Recorder user = get();
    wire.out.clear();
    send(frames.split("\\|"));
    assertThat(user.told).last().isEqualTo("reset VIOLATION PROTOCOL_ERROR");
    assertThat(wire.frames()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
  }

  @Test
  void anAnswerToHeadHasALengthAndNoBody() {
    greet();
    Recorder user = ask("HEAD / HTTP/1.1|Host: a||", true);
    send("HEADERS 04 1" + OK + " 0f 0d 01 33", "DATA 01 1");
    assertThat(user.told).containsExactly("HTTP/1.1 200 |content-length: 3||", "data 0 end");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a push,                   PUSH_PROMISE 04 1 00 00 00 02 82,        PUSH",
    "a server that takes one,  SETTINGS 00 0 00 02 00 00 00 01,         BAD_SETTING",
    "an answer to nobody,      HEADERS 05 3 88,                         IDLE_STREAM",
    "a stream of its own,      HEADERS 05 2 88,                         IDLE_STREAM",
  })
  void whatAServerMayNotDoEndsTheConnection(String what, String frame, String rule) {
    greet();
    Recorder user = get();
    send(frame);
    assertThat(told).containsExactly(rule);
    assertThat(connection.closed()).isTrue();
    assertThat(user.told).last().asString().startsWith("reset VIOLATION");
  }

  @Test
  void goAwayTellsWhichRequestsMayBeTriedElsewhere() {
    greet();
    Recorder first = get();
    Recorder second = get();
    send("GOAWAY 00 0 00 00 00 01 00 00 00 00");
    assertThat(told).containsExactly("goAway NO_ERROR");
    assertThat(second.told).containsExactly("reset NOT_PROCESSED REFUSED_STREAM");
    assertThat(connection.canOpen()).isFalse();
    send("HEADERS 05 1" + OK);
    assertThat(first.ended).isTrue();
    assertThat(connection.closed()).isTrue();
    assertThat(wire.closed).isTrue();
  }

  @Test
  void thePeersLimitOfStreamsIsKept() {
    wire.out.clear();
    send("SETTINGS 00 0 00 03 00 00 00 02");
    Recorder first = get();
    get();
    assertThat(connection.canOpen()).isFalse();
    send("HEADERS 05 1" + OK);
    assertThat(first.ended).isTrue();
    assertThat(told).containsExactly("opens");
    assertThat(connection.canOpen()).isTrue();
    assertThat(get().stream.id()).isEqualTo(5);
  }

  @Test
  void aTableThatThePeerDoesNotWantIsNotUsed() {
    greet();
    get();
    get();
    assertThat(wire.out.readableBytes()).isPositive();
    wire.frames();
    send("SETTINGS 00 0 00 01 00 00 00 00");
    get();
    int first = wire.out.readableBytes();
    wire.frames();
    get();
    get();
    int size = wire.out.readableBytes() / 2;
    assertThat(size).isBetween(first - 20, first);
    assertThat(wire.frames()).hasSize(2);
  }
}
