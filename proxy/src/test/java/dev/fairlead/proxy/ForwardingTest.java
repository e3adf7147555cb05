package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests that go through, and how they look on either side. */
@ExtendWith(NoLeaks.class)
class ForwardingTest {
  @Test
  void aRequestAndItsAnswerPassThrough() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("hello"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nX-Forwarded-For: 6.6.6.6\r\n"
              + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
              + "Connection: x-secret\r\nX-Secret: 1\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
      assertThat(upstream.heads.getFirst().toLowerCase(Locale.ROOT))
          .startsWith("get /a?b=c http/1.1\r\n")
          .contains("host: example.com\r\n")
          .contains("x-forwarded-for: 127.0.0.1\r\n")
          .contains("x-forwarded-proto: http\r\n")
          .contains("x-forwarded-host: example.com\r\n")
          .contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n")
          .doesNotContain("6.6.6.6")
          .doesNotContain("x-secret");
      // The client has its answer a moment before the log has its line.
      await().until(() -> !proxy.log.isEmpty());
      assertThat(proxy.log)
          .containsExactly(
              new Proxy.Entry(
                  "GET",
                  "/a?b=c",
                  200,
                  "",
                  "",
                  1,
                  0,
                  5,
                  "0af7651916cd43dd8448eb211c80319c",
                  "default/all",
                  -1,
                  3,
                  "",
                  "priority 0: next in the weighted sequence",
                  -1));
    }
  }

  @Test
  void keepAliveReusesBothConnections() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.get("/" + i).response()).endsWith("\r\n\r\nx");
      }
      assertThat(upstream.connections).hasValue(1);
      assertThat(proxy.server.counters().requests()).isEqualTo(50);
      assertThat(proxy.server.counters().upstreamConnectionsIdle()).isEqualTo(1);
      await().until(() -> proxy.log.size() == 50);
      assertThat(proxy.log).hasSize(50).allMatch(e -> e.status() == 200 && e.flags().isEmpty());
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    Upstream.Script echo =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            connection.write(Upstream.ok(head.split(" ")[1]));
          }
        };
    try (Upstream upstream = new Upstream(echo);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      Thread sender = Thread.ofVirtual().start(() -> send(client, all.toString()));
      for (int i = 0; i < 2000; i++) {
        assertThat(client.response()).endsWith("\r\n\r\n/" + i);
      }
      sender.join();
    }
  }

  private static void send(RawClient client, String text) {
    try {
      client.send(text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void answersWithoutABodyEndWithTheirHead() throws Exception {
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            connection.write(
                head.startsWith("HEAD")
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
                    : head.contains("/204")
                        ? "HTTP/1.1 204 No Content\r\n\r\n"
                        : "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n");
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).containsIgnoringCase("content-length: 1000");
      assertThat(client.get("/204").head()).startsWith("HTTP/1.1 204");
      assertThat(client.get("/304").head()).startsWith("HTTP/1.1 304");
      client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void chunkedBodiesAreChunkedAgainBothWays() throws Exception {
    Upstream.Script script =
        connection -> {
          while (connection.readHead() != null) {
            String body = connection.readChunked();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 3; i++) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc");
        client.send("\r\n2\r\nde\r\n0\r\n\r\n");
        assertThat(client.response())
            .endsWith("0\r\n\r\n")
            .contains("abc")
            .contains("de")
            .doesNotContain("x=y");
      }
      assertThat(upstream.connections).hasValue(1);
      assertThat(proxy.log).allMatch(e -> e.requestBytes() == 5 && e.responseBytes() == 5);
    }
  }

  @Test
  void anAnswerThatEndsWithItsConnectionIsChunkedForTheClient() throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write("HTTP/1.1 200 OK\r\n\r\nuntil close");
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client();
        RawClient old = proxy.client()) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.get("/").response())
            .containsIgnoringCase("transfer-encoding: chunked")
            .endsWith("b\r\nuntil close\r\n0\r\n\r\n");
      }
      old.send("GET / HTTP/1.0\r\nHost: x\r\n\r\n");
      assertThat(old.rest())
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\nuntil close");
    }
  }

  @Test
  void closeIsHonouredFromEitherSide() throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).doesNotContainIgnoringCase("connection: close");
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).containsIgnoringCase("connection: close").endsWith("x");
      assertThat(upstream.connections).hasValue(2);
    }
  }

  @Test
  void aContinueIsRelayedAndTheBodyFollows() throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write("HTTP/1.1 100 Continue\r\n\r\n");
          connection.write(
              Upstream.ok(new String(connection.readBody(4), StandardCharsets.ISO_8859_1)));
          connection.readHead();
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 100");
      assertThat(client.send("body").response()).endsWith("\r\n\r\nbody");
    }
  }

  @Test
  void aFinalAnswerInPlaceOfContinueEndsBothConnections() throws Exception {
    try (Upstream upstream =
            Upstream.answering("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
      assertThat(client.rest())
          .startsWith("HTTP/1.1 401")
          .containsIgnoringCase("connection: close")
          .endsWith("no");
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void aWebSocketRelaysBytesOnlyAfterA101() throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
                  + "first");
          byte[] sent = connection.readBody(5);
          connection.write(new String(sent, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT));
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.head())
          .startsWith("HTTP/1.1 101")
          .containsIgnoringCase("upgrade: websocket");
      client.send("hello");
      assertThat(client.rest()).isEqualTo("firstHELLO");
    }
  }

  @Test
  void whatAnUpstreamSaidLastArrivesThoughTheClientOfATunnelStillSends() throws Exception {
    String last = "x".repeat(2_000_000);
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
          connection.readBody(1);
          connection.write(last);
          connection.socket.shutdownOutput();
          connection.in.readAllBytes();
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port(), 4096)) {
      client.send(
          "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 101");
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (true) {
                        client.send("y".repeat(1000));
                      }
                    } catch (java.io.IOException closed) {
                      // The end of the tunnel.
                    }
                  });
      assertThat(client.rest()).hasSize(last.length());
      client.close();
      sender.join();
    }
  }

  @Test
  void anUpgradeToClearTextHttp2IsNotPassedOn() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("h1"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
      assertThat(client.response()).endsWith("h1");
      assertThat(upstream.heads.getFirst()).doesNotContainIgnoringCase("h2c");
    }
  }

  @Test
  void alternativesOfNoUseAreAnsweredByTheProxyItself() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response())
          .startsWith("HTTP/1.1 503")
          .endsWith("no endpoint of default/web: no endpoint\n");
      proxy.apply(Proxy.rule(new dev.fairlead.route.Action.StaticReply(418, List.of(), "teapot")));
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 418").endsWith("teapot");
      proxy.apply(Proxy.rule(new dev.fairlead.route.Action.Forward(List.of())));
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 500");
      proxy.apply();
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 404");
      assertThat(
              client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").response())
          .startsWith("HTTP/1.1 404");
      assertThat(proxy.log)
          .extracting(Proxy.Entry::flags)
          .containsExactly("UH", "", "NR", "NR", "NR");
    }
  }
}
