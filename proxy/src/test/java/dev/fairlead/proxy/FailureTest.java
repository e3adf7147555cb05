package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Upstreams and clients that break off, refuse or hang. */
@ExtendWith(NoLeaks.class)
class FailureTest {
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aRefusedConnectGoesToAnotherEndpointWithItsBody() throws Exception {
    Upstream.Script script =
        connection -> {
          while (connection.readHead() != null) {
            connection.write(Upstream.ok(new String(connection.readBody(3))));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), closedPort(), upstream.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 4; i++) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(client.response()).startsWith("HTTP/1.1 200").endsWith("abc");
      }
      assertThat(proxy.log).allMatch(e -> e.status() == 200 && e.flags().isEmpty());
      assertThat(proxy.log).anyMatch(e -> e.attempts() == 2);
      assertThat(proxy.server.counters().retries()).isPositive();
    }
  }

  /** Kept pieces that are small share blocks; the second upstream must get all of them in order. */
  @Test
  void aBodyThatCameInSmallPiecesIsRepeatedWhole() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 20_000; i++) {
      text.append(i).append(' ');
    }
    String body = text.toString();
    java.util.concurrent.atomic.AtomicInteger dead =
        new java.util.concurrent.atomic.AtomicInteger();
    Upstream.Script script =
        connection -> {
          connection.readHead();
          String got =
              new String(
                  connection.readBody(body.length()), java.nio.charset.StandardCharsets.ISO_8859_1);
          if (dead.getAndIncrement() == 0) {
            connection.reset();
          } else {
            connection.write(Upstream.ok(got));
          }
        };
    try (Upstream one = new Upstream(script);
        Upstream two = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), one.port(), two.port());
        RawClient client = proxy.client()) {
      client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n");
      for (int at = 0; at < body.length(); at += 7) {
        client.send(body.substring(at, Math.min(body.length(), at + 7)));
      }
      assertThat(client.response()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n" + body);
      assertThat(dead).hasValue(2);
    }
  }

  @Test
  void whereAllRefuseTheClientIsToldWhy() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options(), closedPort(), closedPort());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503").contains("cannot connect");
      assertThat(proxy.log.getFirst().flags()).isEqualTo("UF");
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
    }
  }

  @Test
  void aGetInFlightOnAReusedConnectionThatDiesIsRepeatedElsewhere() throws Exception {
    AtomicBoolean die = new AtomicBoolean();
    Upstream.Script mortal =
        connection -> {
          while (connection.readHead() != null) {
            if (die.get()) {
              connection.reset();
              return;
            }
            connection.write(Upstream.ok("mortal"));
          }
        };
    try (Upstream first = new Upstream(mortal);
        Upstream second = Upstream.answering(Upstream.ok("second"));
        Proxy proxy = new Proxy(Proxy.options(), first.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).endsWith("mortal");
      die.set(true);
      proxy.endpoints(first.port(), second.port());
      // Round robin comes to the connection that dies with the first or the second request.
      for (int i = 0; i < 2 && proxy.server.counters().retries() == 0; i++) {
        assertThat(client.get("/").response()).startsWith("HTTP/1.1 200").endsWith("second");
      }
      assertThat(proxy.server.counters().retries()).isEqualTo(1);
    }
  }

  @Test
  void aPostThatWasSentIsNotRepeated() throws Exception {
    AtomicBoolean die = new AtomicBoolean();
    Upstream.Script mortal =
        connection -> {
          while (connection.readHead() != null) {
            connection.readBody(1);
            if (die.get()) {
              return;
            }
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream first = new Upstream(mortal);
        Upstream second = Upstream.answering(Upstream.ok("second"));
        Proxy proxy = new Proxy(Proxy.options(), first.port());
        RawClient client = proxy.client()) {
      String post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na";
      assertThat(client.send(post).response()).endsWith("x");
      die.set(true);
      assertThat(client.send(post).response())
          .startsWith("HTTP/1.1 503")
          .contains("without an answer");
      assertThat(second.heads).isEmpty();
      assertThat(proxy.log.getLast().flags()).isEqualTo("UC");
    }
  }

  @Test
  void anIdempotentRequestOnAFreshConnectionThatDiesIsTriedOnceMoreAndNoMore() throws Exception {
    try (Upstream dead = new Upstream(Upstream.Connection::readHead);
        Upstream living = Upstream.answering(Upstream.ok("living"));
        Proxy alone = new Proxy(Proxy.options(), dead.port());
        Proxy both = new Proxy(Proxy.options(), dead.port(), living.port());
        RawClient stuck = alone.client();
        RawClient client = both.client()) {
      assertThat(stuck.get("/").response()).startsWith("HTTP/1.1 503");
      assertThat(dead.heads).hasSize(2);
      assertThat(alone.log.getFirst().attempts()).isEqualTo(2);
      for (int i = 0; i < 2; i++) {
        assertThat(client.get("/").response()).startsWith("HTTP/1.1 200").endsWith("living");
      }
      // In turn, of which the retries are part: one or both met the dead one first.
      assertThat(both.server.counters().retries()).isBetween(1L, 2L);
    }
  }

  @Test
  void aPostOnAFreshConnectionThatDiesIsNotRepeated() throws Exception {
    try (Upstream dead = new Upstream(connection -> connection.readBody(1));
        Proxy proxy = new Proxy(Proxy.options(), dead.port());
        RawClient client = proxy.client()) {
      String post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na";
      assertThat(client.send(post).response()).startsWith("HTTP/1.1 503");
      assertThat(proxy.log.getFirst().attempts()).isEqualTo(1);
    }
  }

  @Test
  void anAnswerCutShortIsNeverAWholeOne() throws Exception {
    Upstream.Script script =
        connection -> {
          String head = connection.readHead();
          connection.write(
              head.contains("chunked")
                  ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
                  : "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab");
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient length = proxy.client();
        RawClient chunked = proxy.client()) {
      assertThat(length.get("/").rest()).endsWith("\r\n\r\nab");
      assertThat(chunked.get("/chunked").rest()).contains("ab").doesNotContain("0\r\n\r\n");
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.flags().equals("UC") && e.status() == 200);
    }
  }

  @Test
  void aClientThatGoesAwayTakesItsUpstreamConnectionAlong() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          connection.readHead();
          if (connection.in.read() < 0) {
            closed.countDown();
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port())) {
      try (RawClient client = proxy.client()) {
        client.get("/");
        await().until(() -> !upstream.heads.isEmpty());
      }
      closed.await();
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst()).matches(e -> e.flags().equals("DC") && e.status() == 0);
    }
  }

  @Test
  void aBodyCutShortByTheClientIsNotEndedForTheUpstream() throws Exception {
    CountDownLatch cut = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          connection.readHead();
          try {
            connection.readChunked();
          } catch (IOException e) {
            cut.countDown();
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port())) {
      try (RawClient client = proxy.client()) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await().until(() -> !upstream.heads.isEmpty());
      }
      cut.await();
    }
  }

  @Test
  void anUpstreamThatHangsIsGivenUpAfterTheRulesTimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Upstream.Script hang =
        connection -> {
          connection.readHead();
          end.await();
        };
    try (Upstream upstream = new Upstream(hang);
        Proxy proxy =
            new Proxy(
                Proxy.options(),
                Proxy.rule(Proxy.forward(), Duration.ofMillis(100), Duration.ZERO),
                upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 504");
      proxy.apply(Proxy.rule(Proxy.forward(), Duration.ZERO, Duration.ofMillis(100)));
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 504");
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.flags().equals("UT") && e.attempts() == 1);
      end.countDown();
    }
  }

  @Test
  void aHeadThatDoesNotComeIsGivenUp() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.headTimeout = Duration.ofMillis(80);
    draft.idleTimeout = Duration.ofMillis(80);
    draft.bodyIdleTimeout = Duration.ofMillis(80);
    ProxyOptions options = draft.options();
    try (Upstream upstream = new Upstream(c -> c.in.readAllBytes());
        Proxy proxy = new Proxy(options, upstream.port());
        RawClient slow = proxy.client();
        RawClient idle = proxy.client()) {
      assertThat(slow.send("GET / HT").rest()).startsWith("HTTP/1.1 408");
      assertThat(idle.rest()).isEmpty();
      try (RawClient stalled = proxy.client()) {
        stalled.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na");
        assertThat(stalled.rest()).startsWith("HTTP/1.1 408");
      }
      assertThat(proxy.server.counters().rejects()).containsEntry("head_timeout", 1L);
    }
  }
}
