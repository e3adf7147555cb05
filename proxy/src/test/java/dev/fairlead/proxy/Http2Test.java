package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/2 before upstreams of HTTP/1.1, over real sockets. */
@ExtendWith(NoLeaks.class)
class Http2Test {
  /** More than all windows and socket buffers between two that do not read. */
  private static final int HUGE = 24 << 20;

  /** What one side may hold for another that does not read, in heads, bodies and framing. */
  private static final long MAX_BUFFERED = 2 << 20;

  @Test
  void requestsOfOneConnectionAreAnsweredSideBySide() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            if (head.startsWith("GET /first")) {
              second.await();
            }
            connection.write(Upstream.ok(head.substring(4, 8)));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream first = client.get("/first");
      assertThat(client.get("/second").response()).contains(":status: 200").endsWith("/sec");
      second.countDown();
      assertThat(first.response()).endsWith("/fir");
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.flags().isEmpty());
      assertThat(proxy.server.counters().clientConnections()).isEqualTo(1);
    }
  }

  @Test
  void anH1ClientIsServedBesideOneOfH2() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient h1 = proxy.client();
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = h2.post("/");
      h1.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(h1.response()).endsWith("x");
      assertThat(h1.response()).endsWith("x");
      stream.data("", true);
      assertThat(stream.response()).endsWith("x");
    }
  }

  @Test
  void aRequestIsRewrittenAsHttp1() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      String[] more = {"cookie", "a=1", "x-a", "b", "cookie", "b=2", "te", "trailers"};
      assertThat(client.get("/p?q", more).response()).endsWith("x");
      assertThat(upstream.heads.getFirst())
          .startsWith("GET /p?q HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nhost: x\r\n")
          .contains("\r\ncookie: a=1; b=2\r\n")
          .contains("\r\nx-a: b\r\n")
          .doesNotContain("\r\nte:");
    }
  }

  @Test
  void bodiesAndTrailersGoBothWays() throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          String body = connection.readChunkedWithTrailers();
          connection.write(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-end: "
                  + (body.contains("\r\nx-check: 7\r\n") ? "seen" : body)
                  + "\r\n\r\n");
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = client.post("/", "trailer", "x-check");
      stream.data("hello", false).headers(true, "x-check", "7");
      assertThat(stream.response()).endsWith("abc");
      assertThat(stream.trailers).isEqualTo("x-end: seen\n");
    }
  }

  @Test
  void aSlowReaderHoldsUpItsUpstreamAndNobodyElse() throws Exception {
    byte[] body = new byte[HUGE];
    Arrays.fill(body, (byte) 'x');
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            if (head.startsWith("GET /huge")) {
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + HUGE + "\r\n\r\n");
              connection.out.write(body);
            } else {
              connection.write(Upstream.ok("small"));
            }
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port()).openWide()) {
      Http2Peer.Stream huge = client.get("/huge");
      assertThat(huge.head().fields()).contains("content-length: " + HUGE);
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/small").response()).endsWith("small");
      }
      assertThat(huge.body()).isEqualTo(body);
      assertThat(proxy.server.peakBuffered()).isLessThan(MAX_BUFFERED);
    }
  }

  @Test
  void aSlowUpstreamHoldsUpItsClientAndNobodyElse() throws Exception {
    byte[] body = new byte[HUGE];
    Arrays.fill(body, (byte) 'y');
    CountDownLatch go = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            if (head.startsWith("POST")) {
              go.await();
              byte[] got = connection.readBody(HUGE);
              connection.write(Upstream.ok(Arrays.equals(got, body) ? "same" : "other"));
            } else {
              connection.write(Upstream.ok("small"));
            }
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream huge = client.post("/", "content-length", "" + HUGE);
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      huge.data(body, true);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  });
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/small").response()).endsWith("small");
      }
      go.countDown();
      assertThat(huge.response()).endsWith("same");
      sender.join();
      assertThat(proxy.server.peakBuffered()).isLessThan(MAX_BUFFERED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD 200 OK|content-length: 5",
        "GET 204 No Content|",
        "GET 304 Not Modified|content-length: 5",
      })
  void answersWithoutABodyEndWithTheirHead(String text) throws Exception {
    String method = text.substring(0, text.indexOf(' '));
    String status = text.substring(method.length() + 1, text.indexOf('|'));
    String field = text.substring(text.indexOf('|') + 1);
    String answer =
        "HTTP/1.1 " + status + "\r\n" + (field.isEmpty() ? "" : field + "\r\n") + "\r\n";
    try (Upstream upstream = Upstream.answering(answer);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      for (int i = 0; i < 2; i++) {
        Http2Peer.Event head = client.request(true, Http2Peer.fields(method, "/")).head();
        assertThat(head.end()).isTrue();
        assertThat(head.fields()).contains(":status: " + status.substring(0, 3)).contains(field);
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void interimAnswersGoBeforeTheFinalOne() throws Exception {
    Upstream.Script script =
        connection -> {
          assertThat(connection.readHead()).containsIgnoringCase("expect: 100-continue");
          connection.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
          connection.write("HTTP/1.1 100 Continue\r\n\r\n");
          connection.write(Upstream.ok(new String(connection.readBody(3))));
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = client.post("/", "expect", "100-continue", "content-length", "3");
      assertThat(stream.head().fields()).isEqualTo(":status: 103\nlink: </a>\n");
      assertThat(stream.head().fields()).isEqualTo(":status: 100\n");
      stream.data("abc", true);
      assertThat(stream.response()).contains(":status: 200").endsWith("abc");
    }
  }

  @Test
  void anEarlyAnswerEndsTheStreamAndNotTheConnection() throws Exception {
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            connection.write(
                head.startsWith("POST")
                    ? "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"
                    : Upstream.ok("x"));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream upload = client.post("/");
      upload.data("some", false);
      assertThat(upload.response()).contains(":status: 403").endsWith("no");
      // The rest is dropped within bounds, or the stream reset without error.
      upload.data(new byte[200_000], false);
      assertThat(upload.reset()).isEqualTo(Http2Peer.NO_ERROR);
      assertThat(client.get("/").response()).endsWith("x");
    }
  }

  @Test
  void aResetOfTheClientEndsItsUpstreamConnection() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            if (head.startsWith("GET /hang")) {
              if (connection.in.read() < 0) {
                closed.countDown();
              }
              return;
            }
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream hang = client.get("/hang");
      await().until(() -> !upstream.heads.isEmpty());
      hang.rst(Http2Peer.CANCEL);
      closed.await();
      assertThat(client.get("/").response()).endsWith("x");
      assertThat(proxy.log.getFirst()).matches(e -> e.flags().equals("DC") && e.status() == 0);
      assertThat(proxy.server.counters().requestsInFlight()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 10\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"})
  void anAnswerCutShortIsNeverAWholeOne(String part) throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write("HTTP/1.1 200 OK\r\n" + part);
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      assertThat(client.get("/").reset()).isEqualTo(Http2Peer.INTERNAL_ERROR);
      assertThat(client.get("/").reset()).isEqualTo(Http2Peer.INTERNAL_ERROR);
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.flags().equals("UC"));
    }
  }

  @Test
  void aTimeoutEndsItsStreamAlone() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            if (head.startsWith("GET /hang")) {
              end.await();
            } else if (head.startsWith("GET /half")) {
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab");
              end.await();
            }
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy =
            new Proxy(
                Proxy.options(),
                Proxy.rule(Proxy.forward(), Duration.ofMillis(300), Duration.ZERO),
                upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream hang = client.get("/hang");
      Http2Peer.Stream half = client.get("/half");
      assertThat(hang.response()).contains(":status: 504");
      assertThat(half.reset()).isEqualTo(Http2Peer.INTERNAL_ERROR);
      assertThat(client.get("/").response()).endsWith("x");
      end.countDown();
    }
  }

  @Test
  void aDrainLetsRequestsEnd() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          while (connection.readHead() != null) {
            go.await();
            connection.write(Upstream.ok("late"));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Stream stream = client.get("/");
      await().until(() -> !upstream.heads.isEmpty());
      Thread drain =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      assertThat(proxy.server.drain(Duration.ofSeconds(20))).isZero();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      await().until(() -> client.goAways.size() == 2);
      assertThat(client.goAways.get(0)).isEqualTo(Integer.MAX_VALUE);
      assertThat(client.goAways.get(1)).isEqualTo(stream.id);
      go.countDown();
      assertThat(stream.response()).endsWith("late");
      drain.join();
      await().until(client::ended);
      assertThat(proxy.log).hasSize(1).allMatch(e -> e.status() == 200);
    }
  }

  @Test
  void aReloadHoldsForTheNextStream() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      assertThat(client.get("/").response()).endsWith("x");
      proxy.apply(Proxy.rule("/other", Proxy.forward()));
      assertThat(client.get("/").response()).contains(":status: 404");
      assertThat(client.get("/other").response()).endsWith("x");
      assertThat(proxy.server.counters().clientConnections()).isEqualTo(1);
    }
  }

  @Test
  void anIdleConnectionIsEndedWithAGoAway() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.headTimeout = Duration.ofMillis(100);
    draft.idleTimeout = Duration.ofMillis(100);
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(draft.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      assertThat(client.get("/").response()).endsWith("x");
      await().until(client::ended);
      assertThat(client.goAways).isNotEmpty();
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
    }
  }

  /** What would become another message if it were written into a head of HTTP/1.1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-a|b\r\nx-c: d",
        "x-a|b\nx-c: d",
        "x-a|b\rc",
        "x-a|b\0c",
        "x-a|b\r\n\r\nGET /evil HTTP/1.1\r\nhost: x\r\n\r\n",
        "x-a| b",
        "x a|b",
        "x-a: b\r\nx|c",
        "x-a:|b",
        "X-A|b",
        "|b",
        ":evil|b",
        "transfer-encoding|chunked",
        "connection|close",
        "keep-alive|5",
        "proxy-connection|close",
        "upgrade|websocket",
        "te|gzip",
        "host|other",
        "content-length|+1",
        "content-length|1, 1",
        "expect|201-created",
        ":path|/ HTTP/1.1\r\nx: y",
      })
  void nothingOfAnInjectionReachesTheUpstream(String text) throws Exception {
    String name = text.substring(0, text.indexOf('|'));
    String value = text.substring(name.length() + 1);
    refused(Http2Peer.fields("GET", "/", name, value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/a b", "/a HTTP/1.1", "/a\r\nx: y", "a", "http://x/", "/a#b", "/a\t", "*"})
  void nothingOfABrokenPathReachesTheUpstream(String path) throws Exception {
    refused(Http2Peer.fields("GET", path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\nhost:", "G ET", "CONNECT", "", "G\tT"})
  void nothingOfABrokenMethodReachesTheUpstream(String method) throws Exception {
    refused(Http2Peer.fields(method, "/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\nx: y", "x y", "u@x", "x/path", "x?y", "x, y", "x:", "x:65536", ""})
  void nothingOfABrokenAuthorityReachesTheUpstream(String authority) throws Exception {
    String[] fields = Http2Peer.fields("GET", "/");
    fields[7] = authority;
    refused(fields);
  }

  private static void refused(String... fields) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      Http2Peer.Event event = client.request(true, fields).next();
      boolean told = event.kind().equals("headers") && event.fields().startsWith(":status: 4");
      boolean reset = event.kind().equals("reset") && event.code() == Http2Peer.PROTOCOL_ERROR;
      assertThat(told || reset).as(event.kind() + " " + event.fields() + event.code()).isTrue();
      assertThat(client.get("/").response()).endsWith("x");
      assertThat(upstream.heads).hasSize(1).allMatch(head -> head.startsWith("GET / HTTP/1.1"));
      assertThat(proxy.server.counters().rejects()).isNotEmpty();
    }
  }
}
