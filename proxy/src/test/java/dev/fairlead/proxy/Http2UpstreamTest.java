package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams of HTTP/2 in clear text, behind clients of HTTP/1.1 and HTTP/2. */
@ExtendWith(NoLeaks.class)
class Http2UpstreamTest {
  private static final int HUGE = 24 << 20;
  private static final long MAX_BUFFERED = 2 << 20;

  private static Proxy proxy(int... ports) throws Exception {
    return new Proxy(Proxy.options(), Proxy.rule(Proxy.forwardH2()), ports);
  }

  private static boolean small(Http2Peer.Event head) {
    return head.fields().contains(":path: /small\n");
  }

  @Test
  void requestsOfManyClientsShareOneConnection() throws Exception {
    Http2Upstream.Script script = stream -> stream.ok(stream.head().fields());
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      for (int i = 0; i < 3; i++) {
        String cookie = "GET /a?b HTTP/1.1\r\nHost: x\r\nCookie: a=1; b=2\r\nTE: trailers\r\n\r\n";
        assertThat(h1.send(cookie).response())
            .startsWith("HTTP/1.1 200")
            .contains(":method: GET\n", ":path: /a?b\n", ":authority: x\n", ":scheme: http\n")
            .contains("cookie: a=1; b=2\n", "te: trailers\n")
            .doesNotContain("\nhost:");
        assertThat(h2.get("/c", "te", "trailers").response())
            .contains(":status: 200", ":path: /c\n", "te: trailers\n");
      }
      assertThat(upstream.connections).hasSize(1);
      assertThat(proxy.log).hasSize(6).allMatch(e -> e.flags().isEmpty() && e.attempts() == 1);
    }
  }

  @Test
  void bodiesAndTrailersCrossTheProtocols() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          String body = stream.text();
          stream.headers(false, ":status", "200");
          stream.data(body + stream.trailers, false);
          stream.headers(true, "x-end", "yes", "content-length", "9");
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      h1.send(
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: x-check\r\n\r\n"
              + "3\r\nabc\r\n0\r\nX-Check: 7\r\n\r\n");
      assertThat(h1.head()).contains("transfer-encoding: chunked");
      String rest = new String(h1.in.readNBytes(34));
      assertThat(rest).isEqualTo("e\r\nabcx-check: 7\n\r\n0\r\nx-end: yes\r\n");
      Http2Peer.Stream stream = h2.post("/");
      stream.data("abc", false).headers(true, "x-check", "8");
      assertThat(stream.response()).endsWith("abcx-check: 8\n");
      assertThat(stream.trailers).isEqualTo("x-end: yes\n");
    }
  }

  @Test
  void aSlowReaderHoldsUpItsStreamAndNobodyElse() throws Exception {
    byte[] body = new byte[HUGE];
    Arrays.fill(body, (byte) 'x');
    Http2Upstream.Script script =
        stream -> {
          if (small(stream.head())) {
            stream.ok("small");
          } else {
            stream.headers(false, ":status", "200", "content-length", "" + HUGE);
            stream.data(body, true);
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient slow = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port()).openWide();
        RawClient h1 = proxy.client()) {
      slow.get("/huge");
      Http2Peer.Stream huge = h2.get("/huge");
      for (int i = 0; i < 20; i++) {
        assertThat(h1.get("/small").response()).contains("\r\nsmall\r\n");
        assertThat(h2.get("/small").response()).endsWith("small");
      }
      assertThat(huge.head().fields()).contains(":status: 200");
      assertThat(huge.body()).isEqualTo(body);
      assertThat(slow.head()).contains("content-length: " + HUGE);
      assertThat(slow.in.readNBytes(HUGE)).isEqualTo(body);
      assertThat(upstream.connections).hasSize(1);
      assertThat(proxy.server.peakBuffered()).isLessThan(MAX_BUFFERED);
    }
  }

  @Test
  void aSlowUpstreamStreamHoldsUpItsClientAndNobodyElse() throws Exception {
    byte[] body = new byte[HUGE];
    Arrays.fill(body, (byte) 'y');
    CountDownLatch go = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          if (small(stream.head())) {
            stream.ok("small");
          } else {
            go.await();
            stream.ok(Arrays.equals(stream.body(), body) ? "same" : "other");
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port());
        RawClient other = proxy.client()) {
      Http2Peer.Stream huge = h2.post("/huge");
      h1.send("POST /huge HTTP/1.1\r\nHost: x\r\nContent-Length: " + HUGE + "\r\n\r\n");
      List<Thread> senders = new ArrayList<>();
      senders.add(sends(() -> huge.data(body, true)));
      senders.add(sends(() -> h1.socket.getOutputStream().write(body)));
      await().until(() -> upstream.streams.size() == 2);
      for (Http2Peer connection : upstream.connections) {
        connection.openWide();
      }
      for (int i = 0; i < 20; i++) {
        assertThat(other.get("/small").response()).contains("\r\nsmall\r\n");
        assertThat(h2.get("/small").response()).endsWith("small");
      }
      go.countDown();
      assertThat(huge.response()).endsWith("same");
      assertThat(h1.response()).contains("\r\nsame\r\n");
      for (Thread each : senders) {
        each.join();
      }
      assertThat(proxy.server.peakBuffered()).isLessThan(MAX_BUFFERED);
    }
  }

  /** All share one connection to the endpoint, so that each holds up no more than its own. */
  @Test
  void aHundredStalledReadersAndWritersHoldUpNobodyElse() throws Exception {
    byte[] body = new byte[4 << 20];
    Http2Upstream.Script script =
        stream -> {
          String head = stream.head().fields();
          if (head.contains("/small")) {
            stream.ok(Integer.toString(stream.body().length));
          } else if (head.contains("/down")) {
            stream.headers(false, ":status", "200");
            stream.data(body, true);
          }
        };
    try (Http2Upstream upstream =
            new Http2Upstream(
                script,
                Http2Peer.MAX_CONCURRENT_STREAMS,
                1000,
                Http2Peer.INITIAL_WINDOW_SIZE,
                16 * 1024);
        Proxy proxy = proxy(upstream.port());
        Http2Peer readers = new Http2Peer(proxy.port());
        Http2Peer writers = new Http2Peer(proxy.port());
        Http2Peer other = new Http2Peer(proxy.port());
        RawClient h1 = proxy.client()) {
      assertThat(other.post("/small").data("", true).response()).endsWith("0");
      upstream.connections.getFirst().openWide();
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        readers.get("/down");
        Http2Peer.Stream up = writers.post("/up");
        senders.add(Thread.ofVirtual().start(() -> stalls(up, body)));
      }
      await().until(() -> upstream.streams.size() == 101);
      for (int i = 0; i < 5; i++) {
        assertThat(other.post("/small").data(new byte[300_000], true).response())
            .endsWith("300000");
        h1.send("POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
        h1.socket.getOutputStream().write(new byte[300_000]);
        assertThat(h1.response()).contains("\r\n300000\r\n");
      }
      assertThat(upstream.connections).hasSize(1);
      readers.close();
      writers.close();
      for (Thread each : senders) {
        each.join();
      }
    }
  }

  /** Sends until its connection is closed under it. */
  private static void stalls(Http2Peer.Stream stream, byte[] body) {
    try {
      stream.data(body, true);
    } catch (Exception closed) {
      // As it should be.
    }
  }

  private interface Sending {
    void run() throws Exception;
  }

  private static Thread sends(Sending what) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                what.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void trailersFollowABodyOfKnownLengthToo(int length) throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          stream.headers(false, ":status", "200", "content-length", "" + length);
          stream.data("x".repeat(length), false);
          stream.headers(true, "grpc-status", "0");
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = h2.get("/", "te", "trailers");
      assertThat(stream.response()).endsWith("x".repeat(length));
      assertThat(stream.trailers).contains("grpc-status: 0");
    }
  }

  @Test
  void interimAndBodilessAnswers() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          Http2Peer.Event head = stream.head();
          stream.headers(false, ":status", "103", "link", "</a>");
          if (head.fields().contains(":method: HEAD")) {
            stream.headers(true, ":status", "200", "content-length", "5");
          } else if (head.fields().contains("/204")) {
            stream.headers(true, ":status", "204");
          } else if (head.fields().contains("/304")) {
            stream.headers(true, ":status", "304", "content-length", "5");
          } else {
            stream.headers(true, ":status", "200");
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      h1.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(h1.head()).startsWith("HTTP/1.1 103").contains("link: </a>");
      assertThat(h1.head()).startsWith("HTTP/1.1 200").contains("content-length: 5");
      for (String path : List.of("/204", "/304", "/")) {
        h1.get(path);
        assertThat(h1.head()).startsWith("HTTP/1.1 103");
        String head = h1.head();
        assertThat(head).startsWith("HTTP/1.1 " + (path.length() > 1 ? path.substring(1) : "200"));
        if (head.contains("chunked")) {
          assertThat(new String(h1.in.readNBytes(5))).isEqualTo("0\r\n\r\n");
        }
        Http2Peer.Stream stream = h2.get(path);
        assertThat(stream.head().fields()).startsWith(":status: 103");
        assertThat(stream.head().end()).as(path).isTrue();
      }
      assertThat(proxy.log).hasSize(7).allMatch(e -> e.flags().isEmpty());
    }
  }

  @Test
  void anEarlyAnswerEndsTheUpload() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          if (small(stream.head())) {
            stream.ok("small");
          } else {
            stream.headers(false, ":status", "403");
            stream.data("no", true);
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      h1.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
      assertThat(h1.rest()).startsWith("HTTP/1.1 403").contains("no").contains("close");
      Http2Peer.Stream stream = h2.post("/");
      stream.data("abc", false);
      assertThat(stream.response()).contains(":status: 403").endsWith("no");
      await().until(() -> upstream.streams.stream().allMatch(s -> s.resetCode >= 0));
      assertThat(h2.get("/small").response()).endsWith("small");
      assertThat(upstream.connections).hasSize(1);
    }
  }

  @Test
  void aClientThatGoesAwayResetsItsStreamAlone() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          if (small(stream.head())) {
            stream.ok("small");
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      try (RawClient h1 = proxy.client()) {
        h1.get("/hang");
        Http2Peer.Stream stream = h2.get("/hang");
        await().until(() -> upstream.streams.size() == 2);
        stream.rst(Http2Peer.CANCEL);
      }
      for (Http2Peer.Stream stream : upstream.streams) {
        assertThat(stream.reset()).isEqualTo(Http2Peer.CANCEL);
      }
      assertThat(h2.get("/small").response()).endsWith("small");
      assertThat(upstream.connections).hasSize(1);
      assertThat(proxy.log).hasSize(3).filteredOn(e -> e.flags().equals("DC")).hasSize(2);
    }
  }

  @Test
  void aStreamThatIsRefusedIsTriedAgainWhateverItsMethod() throws Exception {
    AtomicInteger served = new AtomicInteger();
    Http2Upstream.Script script =
        stream -> {
          if (served.getAndIncrement() == 0) {
            stream.rst(Http2Peer.REFUSED_STREAM);
          } else {
            stream.head();
            stream.ok(stream.text());
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Http2Upstream second = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port(), second.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      h1.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(h1.response()).startsWith("HTTP/1.1 200").contains("abc");
      served.set(0);
      assertThat(h2.post("/").data("def", true).response()).endsWith("def");
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.attempts() == 2 && e.flags().isEmpty());
    }
  }

  @Test
  void anotherHopsRetryThatIsRefusedIsNotTriedAgain() throws Exception {
    Http2Upstream.Script script = stream -> stream.rst(Http2Peer.REFUSED_STREAM);
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      assertThat(h2.get("/", "x-fairlead-attempt", "2").response()).contains(":status: 503");
      assertThat(upstream.streams).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Http2Peer.INTERNAL_ERROR, Http2Peer.CANCEL})
  void aPostThatIsResetIsNotTriedAgain(int code) throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          stream.body();
          stream.rst(code);
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      assertThat(h2.post("/").data("def", true).response()).contains(":status: 503");
      assertThat(upstream.streams).hasSize(1);
      assertThat(proxy.log.getFirst().flags()).isEqualTo("UC");
    }
  }

  /** Also what is another hop's retry: nothing was done that could multiply. */
  @ParameterizedTest
  @ValueSource(strings = {"x-other", "x-fairlead-attempt"})
  void whatAGoAwayLeavesOutIsTriedAgainOnANewConnection(String field) throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Http2Upstream.Script script =
        stream -> {
          String path = stream.head().fields();
          String body = stream.text();
          both.countDown();
          both.await();
          if (path.contains("/first")) {
            stream.peer.goAway(1, Http2Peer.NO_ERROR);
          }
          if (stream.id == 1) {
            stream.ok(body);
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      Http2Peer.Stream first = h2.post("/first").data("a", true);
      await().until(() -> upstream.streams.size() == 1);
      Http2Peer.Stream second = h2.post("/second", field, "2").data("b", true);
      assertThat(first.response()).endsWith("a");
      assertThat(second.response()).endsWith("b");
      assertThat(upstream.connections).hasSize(2);
      await().until(() -> upstream.connections.getFirst().ended());
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.status() == 200 && e.flags().isEmpty());
    }
  }

  /** Whoever answered a part of it has begun with it, whatever it says in the end. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasBegunIsNotTriedAgainWhateverTheUpstreamSays(boolean goAway) throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          stream.headers(false, ":status", "103", "link", "</a>");
          if (goAway) {
            stream.peer.goAway(0, Http2Peer.NO_ERROR);
          } else {
            stream.rst(Http2Peer.REFUSED_STREAM);
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = h2.post("/").data("def", true);
      assertThat(stream.head().fields()).contains(":status: 103\n");
      assertThat(stream.response()).contains(":status: 503\n");
      assertThat(upstream.streams).hasSize(1);
      assertThat(proxy.log.getFirst().flags()).isEqualTo("UC");
    }
  }

  /** As when an idle connection's time is over at the very moment at which it is used again. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anIdleConnectionThatClosesUnderARequestIsNobodysFault(boolean busy) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          String head = stream.head().fields();
          if (head.contains("/held")) {
            stream.headers(false, ":status", "200");
            held.await();
          } else if (head.contains("/closes") && !head.contains("x-fairlead-attempt")) {
            stream.peer.close();
          } else {
            stream.ok("fine");
          }
        };
    AtomicLong clock = new AtomicLong();
    AtomicLong step = new AtomicLong(1_000_000);
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy =
            new Proxy(
                Proxy.options(),
                InstantSource.system(),
                () -> clock.addAndGet(step.get()),
                Proxy.rule(Proxy.forwardH2()),
                upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      assertThat(h2.get("/first").response()).endsWith("fine");
      // From now on all goes much faster than the connect.
      step.set(1);
      if (busy) {
        h2.get("/held").head();
      }
      assertThat(h2.get("/closes").response()).endsWith("fine");
      assertThat(upstream.connections).hasSize(2);
      await().until(() -> proxy.log.size() == (busy ? 3 : 2));
      // What was under way shows that it was no idle one, but an endpoint that broke.
      assertThat(proxy.web.endpoints().getFirst().failed()).isEqualTo(busy ? 2 : 0);
      held.countDown();
    }
  }

  @Test
  void aConnectionLostMidwayNeverLooksWhole() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          stream.headers(false, ":status", "200");
          stream.data("half", false);
          await().until(() -> stream.peer.streams() == 2);
          stream.peer.close();
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = h2.get("/");
      h1.get("/");
      assertThat(stream.reset()).isEqualTo(Http2Peer.INTERNAL_ERROR);
      assertThat(h1.rest()).contains("half").doesNotContain("0\r\n\r\n");
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.flags().equals("UC"));
    }
  }

  @Test
  void anUpstreamThatClosesAtOnceIsAnsweredFor() throws Exception {
    Http2Upstream.Script script = stream -> stream.peer.close();
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      assertThat(h2.get("/").response()).contains(":status: 503");
      assertThat(upstream.streams).hasSize(2);
      assertThat(h2.post("/").data("x", true).response()).contains(":status: 503");
      assertThat(upstream.streams).hasSize(3);
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void aTimeoutEndsItsStreamAlone() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          if (small(stream.head())) {
            stream.ok("small");
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy =
            new Proxy(
                Proxy.options(),
                Proxy.rule(Proxy.forwardH2(), Duration.ofMillis(200), Duration.ZERO),
                upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      assertThat(h2.get("/hang").response()).contains(":status: 504");
      assertThat(upstream.streams.getFirst().reset()).isEqualTo(Http2Peer.CANCEL);
      assertThat(h2.get("/small").response()).endsWith("small");
      assertThat(upstream.connections).hasSize(1);
    }
  }

  @Test
  void anUpstreamOfHttp1IsNoUpstreamOfHttp2() throws Exception {
    try (Upstream upstream = Upstream.answering("HTTP/1.1 400 Bad Request\r\n\r\n");
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client()) {
      assertThat(h1.get("/").response()).startsWith("HTTP/1.1 50");
      assertThat(proxy.server.counters().rejects()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":status|200|connection|close",
        ":status|200|transfer-encoding|chunked",
        ":status|200|x-a|b\r\nset-cookie: c",
        ":status|200|content-length|1|content-length|2",
        ":status|20|x|y",
        ":status|101|upgrade|websocket",
        "x|y",
        ":status|200|X-A|b",
      })
  void anAnswerThatBreaksTheRulesIsNotPassedOn(String fields) throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          stream.headers(false, fields.split("\\|"));
          stream.data("evil", true);
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      assertThat(h1.get("/").response()).startsWith("HTTP/1.1 502").doesNotContain("evil");
      assertThat(h2.get("/").response()).contains(":status: 502").doesNotContain("evil");
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.flags().equals("UPE"));
    }
  }
}
