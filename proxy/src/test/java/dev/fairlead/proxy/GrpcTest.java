package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of gRPC: their deadline, their status, and what the proxy itself says to one. */
@ExtendWith(NoLeaks.class)
class GrpcTest {
  private static final String[] CALL = {"content-type", "application/grpc", "te", "trailers"};

  private static Proxy proxy(Duration limit, int... ports) throws Exception {
    return new Proxy(Proxy.options(), Proxy.rule(Proxy.forwardH2(), limit, Duration.ZERO), ports);
  }

  private static Proxy proxy(int... ports) throws Exception {
    return proxy(Duration.ZERO, ports);
  }

  private static Http2Peer.Stream call(Http2Peer client, String... more) throws Exception {
    String[] fields = java.util.Arrays.copyOf(CALL, CALL.length + more.length);
    System.arraycopy(more, 0, fields, CALL.length, more.length);
    return client.post("/pkg.Service/Method", fields).data("\0\0\0\0\1x", true);
  }

  private static Http2Upstream.Script answering(String status) {
    return stream -> {
      stream.head();
      stream.body();
      stream.headers(false, ":status", "200", "content-type", "application/grpc+proto");
      stream.data("\0\0\0\0\1y", false);
      stream.headers(true, "grpc-status", status, "grpc-message", "m%20n");
    };
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "14, 14", "99, 99", "x, 2", "'', 2", "100, 2"})
  void theStatusBehindTheBodyIsPassedOnAndLogged(String said, int logged) throws Exception {
    try (Http2Upstream upstream = new Http2Upstream(answering(said));
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = call(client);
      assertThat(stream.response()).contains(":status: 200").endsWith("\0\0\0\0\1y");
      assertThat(stream.trailers).isEqualTo("grpc-status: " + said + "\ngrpc-message: m%20n\n");
      assertThat(upstream.streams.getFirst().peer).isNotNull();
      assertThat(proxy.log.getFirst())
          .matches(e -> e.flags().isEmpty() && e.status() == 200 && e.grpcStatus() == logged);
    }
  }

  @Test
  void aStatusInTheHeadIsAllOfAnAnswer() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          assertThat(stream.head().fields()).contains("te: trailers\n");
          stream.headers(
              true, ":status", "200", "content-type", "application/grpc", "grpc-status", "12");
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Event head = call(client).head();
      assertThat(head.end()).isTrue();
      assertThat(head.fields()).contains("grpc-status: 12\n");
      assertThat(proxy.log.getFirst().grpcStatus()).isEqualTo(12);
    }
  }

  @Test
  void aStreamThatIsQuietLivesOnWhereAnotherAnswerWouldHaveStoodStill() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          boolean call = stream.head().fields().contains("application/grpc");
          stream.headers(
              false, ":status", "200", "content-type", call ? "application/grpc" : "text/plain");
          stream.data("\0\0\0\0\1y", false);
          done.await();
          if (call) {
            stream.headers(true, "grpc-status", "0");
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream call = call(client);
      assertThat(call.head().fields()).contains(":status: 200");
      Http2Peer.Stream other = client.post("/other").data("x", true);
      assertThat(other.head().fields()).contains(":status: 200");
      proxy.ahead.addAndGet(Duration.ofSeconds(70).toNanos());
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst()).matches(e -> e.flags().equals("UT"));
      done.countDown();
      await().until(() -> proxy.log.size() == 2);
      assertThat(proxy.log.getLast()).matches(e -> e.flags().isEmpty() && e.grpcStatus() == 0);
    }
  }

  /** A call that streams both ways, and one that is here whole and is owed an answer. */
  @Test
  void aCallThatMaySayMoreIsNotCutForWantOfAnAnswer() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          done.await();
          stream.headers(false, ":status", "200", "content-type", "application/grpc");
          stream.headers(true, "grpc-status", "0");
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream open = client.post("/pkg.Service/Chat", CALL).data("\0\0\0\0\1x", false);
      Http2Peer.Stream whole = call(client);
      Http2Peer.Stream body = client.post("/upload").data("x", false);
      await().until(() -> upstream.streams.size() == 3);
      proxy.ahead.addAndGet(Duration.ofSeconds(70).toNanos());
      assertThat(whole.head().fields()).contains("grpc-status: 14\n");
      assertThat(body.head().fields()).contains(":status: 408\n");
      await().until(() -> proxy.log.size() == 2);
      done.countDown();
      assertThat(open.head().fields()).contains(":status: 200\n");
      assertThat(open.head().fields()).contains("grpc-status: 0\n");
    }
  }

  /** Time passes, and the loop has noticed: another call's deadline passes too. */
  private static void passes(int seconds, Proxy proxy, Http2Peer client) throws Exception {
    Http2Peer.Stream other = call(client, "grpc-timeout", (seconds - 5) + "S");
    await().until(() -> proxy.web.endpoints().getFirst().inFlight() == 2);
    proxy.ahead.addAndGet(Duration.ofSeconds(seconds).toNanos());
    assertThat(other.head().fields()).contains("grpc-status: 4\n");
  }

  @Test
  void theTimeForAnAnswerBeginsWithTheEndOfTheCall() throws Exception {
    Http2Upstream.Script hang = stream -> stream.head();
    try (Http2Upstream upstream = new Http2Upstream(hang);
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = client.post("/pkg.Service/Chat", CALL);
      await().until(() -> upstream.streams.size() == 1);
      passes(300, proxy, client);
      stream.data("\0\0\0\0\1x", true);
      passes(50, proxy, client);
      assertThat(stream.events).isEmpty();
      passes(15, proxy, client);
      assertThat(stream.head().fields()).contains("grpc-status: 14\n");
    }
  }

  @Test
  void aCallThatStandsStillForLongIsCutInTheEnd() throws Exception {
    Http2Upstream.Script hang = stream -> stream.head();
    try (Http2Upstream upstream = new Http2Upstream(hang);
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = client.post("/pkg.Service/Chat", CALL);
      await().until(() -> upstream.streams.size() == 1);
      proxy.ahead.addAndGet(Duration.ofSeconds(601).toNanos());
      assertThat(stream.head().fields()).contains("grpc-status: 14\n");
      assertThat(upstream.streams.getFirst().reset()).isEqualTo(Http2Peer.CANCEL);
    }
  }

  /** An answer that begins, says one message, and then nothing any more. */
  private static Http2Upstream.Script stalling(String type, String... more) {
    return stream -> {
      stream.head();
      String[] fields = java.util.Arrays.copyOf(more, more.length + 4);
      System.arraycopy(more, 0, fields, 4, more.length);
      System.arraycopy(new String[] {":status", "200", "content-type", type}, 0, fields, 0, 4);
      stream.headers(false, fields);
      stream.data("\0\0\0\0\1y", false);
    };
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void aDeadlineThatPassesMidwayIsTheStatusOfTheCall(boolean clients, boolean whole)
      throws Exception {
    try (Http2Upstream upstream = new Http2Upstream(stalling("application/grpc"));
        Proxy proxy = proxy(clients ? Duration.ZERO : Duration.ofSeconds(20), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      String[] fields = java.util.Arrays.copyOf(CALL, clients ? 6 : 4);
      if (clients) {
        fields[4] = "grpc-timeout";
        fields[5] = "20S";
      }
      Http2Peer.Stream stream = client.post("/pkg.Service/M", fields);
      stream.data("\0\0\0\0\1x", whole);
      assertThat(stream.head().end()).isFalse();
      assertThat(stream.next().data()).hasSize(6);
      proxy.ahead.addAndGet(Duration.ofSeconds(21).toNanos());
      Http2Peer.Event trailers = stream.head();
      assertThat(trailers.end()).isTrue();
      assertThat(trailers.fields()).startsWith("grpc-status: 4\ngrpc-message: ");
      assertThat(upstream.streams.getFirst().reset()).isEqualTo(Http2Peer.CANCEL);
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst())
          .matches(e -> e.flags().equals("UT") && e.status() == 200 && e.grpcStatus() == 4);
      // The connection serves the next call.
      assertThat(call(client).head().fields()).contains(":status: 200\n");
    }
  }

  @Test
  void theStatusComesBehindWhatTheClientHasYetToRead() throws Exception {
    byte[] message = new byte[150_000];
    CountDownLatch sent = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          if (stream.head().fields().contains("/small")) {
            sent.await();
            stream.ok("small");
            return;
          }
          stream.headers(false, ":status", "200", "content-type", "application/grpc");
          stream.data(message, false);
          sent.countDown();
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        RawClient other = proxy.client();
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = call(client, "grpc-timeout", "20S");
      assertThat(stream.head().fields()).contains(":status: 200\n");
      // Behind all of the message, for half of which the client's window has no room.
      assertThat(other.get("/small").response()).contains("small");
      assertThat(upstream.connections).hasSize(1);
      proxy.ahead.addAndGet(Duration.ofSeconds(21).toNanos());
      await().until(() -> proxy.log.size() == 2);
      assertThat(stream.body()).isEqualTo(message);
      assertThat(stream.trailers).startsWith("grpc-status: 4\n");
    }
  }

  /** It must not look whole, and it must not be malformed. */
  @ParameterizedTest
  @CsvSource({"text/plain, x-a, b", "application/grpc, content-length, 12"})
  void anAnswerThatTrailersCannotEndIsReset(String type, String name, String value)
      throws Exception {
    try (Http2Upstream upstream = new Http2Upstream(stalling(type, name, value));
        Proxy proxy = proxy(Duration.ofSeconds(20), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = client.post("/", "content-type", type).data("x", true);
      assertThat(stream.head().end()).isFalse();
      assertThat(stream.next().data()).hasSize(6);
      proxy.ahead.addAndGet(Duration.ofSeconds(21).toNanos());
      assertThat(stream.next().kind()).isEqualTo("reset");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'Trailer: x-a, Grpc-Status\r\n', true",
    "'Trailer: grpc-status-details\r\n', false",
    "'', false"
  })
  void inHttp1TheStatusFollowsOnlyWhereItWasAnnounced(String trailer, boolean follows)
      throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write(
              "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n"
                  + trailer.translateEscapes()
                  + "Transfer-Encoding: chunked\r\n\r\n6\r\n\0\0\0\0\1y\r\n");
          connection.in.read();
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient h1 = proxy.client()) {
      h1.send(
          "POST / HTTP/1.1\r\nHost: x\r\nGrpc-Timeout: 20S\r\n"
              + "Content-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
      assertThat(h1.head()).startsWith("HTTP/1.1 200");
      assertThat(h1.in.readNBytes(11)).endsWith('y', '\r', '\n');
      proxy.ahead.addAndGet(Duration.ofSeconds(21).toNanos());
      if (follows) {
        assertThat(h1.head()).startsWith("0\r\ngrpc-status: 4\r\ngrpc-message: ");
      } else {
        assertThat(h1.rest()).isEmpty();
      }
    }
  }

  @Test
  void anAnswerWithoutAStatusIsAFailure() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          stream.headers(false, ":status", "200", "content-type", "application/grpc");
          stream.data("\0\0\0\0\1y", true);
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      assertThat(call(client).response()).doesNotContain("grpc-status");
      assertThat(proxy.log.getFirst())
          .matches(e -> e.flags().equals("UPE") && e.grpcStatus() == -1);
    }
  }

  @Test
  void anAnswerOfHttpIsPassedOnAsItIs() throws Exception {
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          stream.headers(false, ":status", "502", "content-type", "text/html");
          stream.data("<p>", true);
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      assertThat(call(client).response()).contains(":status: 502", "text/html").endsWith("<p>");
      assertThat(proxy.log.getFirst())
          .matches(e -> e.flags().isEmpty() && e.status() == 502 && e.grpcStatus() == -1);
    }
  }

  @Test
  void whatTheProxySaysItselfIsGrpc() throws Exception {
    try (Proxy proxy = proxy(closedPort());
        Http2Peer client = new Http2Peer(proxy.port());
        RawClient h1 = proxy.client()) {
      Http2Peer.Event head = call(client).head();
      assertThat(head.end()).isTrue();
      assertThat(head.fields())
          .startsWith(":status: 200\ncontent-type: application/grpc\ngrpc-status: 14\n")
          .contains("grpc-message: cannot connect to 127.0.0.1:")
          .doesNotContain("content-length");
      h1.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
      assertThat(h1.response()).startsWith("HTTP/1.1 200").contains("grpc-status: 14\r\n");
      assertThat(client.get("/").response()).contains(":status: 503");
      assertThat(client.post("/", "content-type", "application/grpcx").data("", true).response())
          .contains(":status: 503");
      proxy.apply(Proxy.rule("/other", Proxy.forwardH2()));
      assertThat(call(client).head().fields()).contains("grpc-status: 12\n");
      assertThat(proxy.log).extracting(Proxy.Entry::grpcStatus).containsExactly(14, 14, -1, -1, 12);
    }
  }

  @Test
  void theClientsDeadlineIsTheRequestsAndIsPassedOnReduced() throws Exception {
    Http2Upstream.Script hang = stream -> stream.head();
    try (Http2Upstream upstream = new Http2Upstream(hang);
        Proxy proxy = proxy(Duration.ofSeconds(30), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      assertThat(call(client, "grpc-timeout", "300m").head().fields())
          .contains(":status: 200\n", "grpc-status: 4\n");
      assertThat(proxy.log.getFirst()).matches(e -> e.flags().equals("UT") && e.grpcStatus() == 4);
      assertThat(upstream.streams.getFirst().reset()).isEqualTo(Http2Peer.CANCEL);
    }
  }

  @ParameterizedTest
  @CsvSource({"10S, 3000, 3000000u", "1S, 3000, 1000000u", "99999999H, 0, 99999999M"})
  void theSmallerLimitIsPassedOn(String said, long routeMillis, String atMost) throws Exception {
    Http2Upstream.Script script =
        stream -> {
          String head = stream.head().fields();
          stream.headers(true, ":status", "200", "x-head", head.replace('\n', '|'));
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(Duration.ofMillis(routeMillis), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      String told = call(client, "grpc-timeout", said).response();
      int at = told.indexOf("grpc-timeout: ") + 14;
      String passed = told.substring(at, told.indexOf('|', at));
      assertThat(told.indexOf("grpc-timeout", at)).isNegative();
      if (atMost.endsWith("u")) {
        assertThat(passed).matches("\\d+[um]");
        long unit = passed.endsWith("u") ? 1 : 1000;
        long micros = Long.parseLong(passed.substring(0, passed.length() - 1)) * unit;
        long most = Long.parseLong(atMost.substring(0, atMost.length() - 1));
        assertThat(micros).isBetween(most / 2, most - 1);
      } else {
        assertThat(passed).matches("\\d{8}M");
      }
    }
  }

  @Test
  void theReducedDeadlineGoesToHttp1Too() throws Exception {
    try (Upstream upstream = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient h1 = proxy.client()) {
      h1.send(
          "POST / HTTP/1.1\r\nHost: x\r\nGrpc-Timeout: 5S\r\nX-A: b\r\n"
              + "Content-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
      assertThat(h1.response()).startsWith("HTTP/1.1 200");
      assertThat(upstream.heads.getFirst())
          .containsPattern("\r\ngrpc-timeout: 4\\d{6}u\r\n")
          .contains("X-A: b\r\n")
          .doesNotContain("5S");
      h1.send("POST / HTTP/1.1\r\nHost: x\r\nGrpc-Timeout: 5S\r\nContent-Length: 0\r\n\r\n");
      assertThat(h1.response()).startsWith("HTTP/1.1 200");
      assertThat(upstream.heads.getLast()).contains("Grpc-Timeout: 5S\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5s", "-5S", "123456789n", "1.5S", "5S, 6S", "S"})
  void aTimeoutThatIsNoneIsRefused(String text) throws Exception {
    try (Http2Upstream upstream = new Http2Upstream(answering("0"));
        Proxy proxy = proxy(upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      assertThat(call(client, "grpc-timeout", text).head().fields())
          .contains("grpc-status: 13\n", "grpc-message: bad_grpc_timeout\n");
      call(client, "grpc-timeout", "5S", "grpc-timeout", "5S").head();
      assertThat(upstream.streams).isEmpty();
      assertThat(proxy.server.counters().rejects()).containsEntry("bad_grpc_timeout", 2L);
    }
  }

  @Test
  void callsOfOneConnectionAreBalancedOneByOne() throws Exception {
    try (Http2Upstream one = new Http2Upstream(answering("0"));
        Http2Upstream two = new Http2Upstream(answering("0"));
        Proxy proxy = proxy(one.port(), two.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      for (int i = 0; i < 10; i++) {
        call(client).response();
      }
      await().until(() -> one.streams.size() == 5 && two.streams.size() == 5);
      assertThat(one.connections).hasSize(1);
    }
  }
}
