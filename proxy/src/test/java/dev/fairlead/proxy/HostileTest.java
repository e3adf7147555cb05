package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What breaks the protocol, end to end: the sender is told, the other side sees nothing. */
@ExtendWith(NoLeaks.class)
class HostileTest {
  @Test
  void aGoodRequestBeforeABadOneIsAnswered() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("good"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET  HTTP/1.1\r\n\r\n");
      assertThat(client.response()).endsWith("good");
      assertThat(client.rest()).startsWith("HTTP/1.1 400");
      assertThat(upstream.heads).hasSize(1);
    }
  }

  @Test
  void aHeadWithoutEndIsRefusedAtItsBound() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("never"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(70_000));
      assertThat(client.rest()).startsWith("HTTP/1.1 431");
      assertThat(upstream.connections).hasValue(0);
    }
  }

  @Test
  void aBadChunkAbortsTheUpstreamsRequest() throws Exception {
    java.util.concurrent.atomic.AtomicReference<String> seen =
        new java.util.concurrent.atomic.AtomicReference<>();
    Upstream.Script script =
        connection -> {
          connection.readHead();
          seen.set(new String(connection.in.readAllBytes()));
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      await().until(() -> !upstream.heads.isEmpty());
      assertThat(client.send("0x1\r\na\r\n0\r\n\r\n").rest()).startsWith("HTTP/1.1 400");
      await().until(() -> seen.get() != null);
      assertThat(seen.get()).doesNotContain("0\r\n\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 200 OK~Content-Length: 1~Transfer-Encoding: chunked~~a",
        "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 2~~a",
        "HTTP/1.1 200 OK~Content-Length: 1~~aHTTP/1.1 200 OK~Content-Length: 1~~b",
        "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 1~~a",
        "HTTP/1.1 200 OK~Content-Length: 1, 1~~a",
        "HTTP/1.1 200 OK~Content-Length: -1~~",
        "HTTP/1.1 200 OK~Content-Length: +1~~a",
        "HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~0~~",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked, identity~~0~~",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~",
        "HTTP/1.0 200 OK~Transfer-Encoding: chunked~~0~~",
        "HTTP/1.1 200 OK~Content-Length : 1~~a",
        "HTTP/1.1 200 OK~X: y~ folded~~",
        "HTTP/1.1 200 OK~no colon~~",
        "HTTP/1.1 100 Continue~Content-Length: 5~~HTTP/1.1 200 OK~Content-Length: 1~~a",
        "HTTP/1.1 103 Hints~Transfer-Encoding: chunked~~0~~HTTP/1.1 200 OK~Content-Length: 1~~a",
        "HTTP/1.1 304 Not Modified~~surprise",
        "HTTP/1.1 204 No Content~Content-Length: 8~~surprise",
        "HTTP/1.1 204 No Content~~surprise",
        "HTTP/1.1 101 Switching Protocols~Upgrade: websocket~Connection: upgrade~~",
        "HTTP/1.1 999 What~~",
        "ICY 200 OK~~",
      })
  void anAnswerThatBreaksARuleIsA502(String answer) throws Exception {
    try (Upstream upstream = Upstream.answering(answer.replace("~", "\r\n"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 502");
      assertThat(proxy.log).singleElement().matches(e -> e.flags().equals("UPE"));
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void aBodyBehindAnAnswerToHeadIsA502() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("surprise"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").head())
          .startsWith("HTTP/1.1 502");
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1~a~+1~|bad_chunk_size", "0x1~a~0~~|bad_chunk_size", "1~ab0~~|bad_chunk_end"})
  void anAnswerWithABrokenChunkIsCut(String body, String rule) throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    try (Upstream upstream = Upstream.answering(head + body.replace("~", "\r\n"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").rest()).startsWith("HTTP/1.1 200").doesNotContain("0\r\n\r\n");
      assertThat(proxy.server.counters().rejects()).containsEntry(rule, 1L);
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void aFloodOfInterimAnswersIsCutOff() throws Exception {
    try (Upstream upstream = Upstream.answering("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.get("/");
      String last = client.head();
      while (last.startsWith("HTTP/1.1 103")) {
        last = client.head();
      }
      assertThat(last).startsWith("HTTP/1.1 502");
    }
  }

  @Test
  void bytesOnAnIdleUpstreamConnectionCloseIt() throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write(Upstream.ok("x"));
          connection.socket.setSoTimeout(5000);
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
          connection.in.read();
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.get("/").head();
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }
}
