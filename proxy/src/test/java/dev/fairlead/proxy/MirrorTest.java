package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.route.Mirror;
import dev.fairlead.route.Rule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Copies of requests: what mirrors get, and that the requests do not feel it. */
@ExtendWith(NoLeaks.class)
class MirrorTest {
  /** Bytes of a body that are kept to be sent again. */
  private static final int MAX_REPLAY = 64 * 1024;

  /** Copies that a loop has under way at a time. */
  private static final int MAX_COPIES = 256;

  private static Rule to(ServiceName service, int numerator, int denominator) {
    return Proxy.rule(
        List.of(new Mirror(Proxy.backend(service, 1), numerator, denominator)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void aMirrorGetsTheRequestAndItsAnswerGoesNowhere() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("real"));
        Upstream shadow = Upstream.answering(Upstream.ok("shadow"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.apply(to(proxy.service("shadow", shadow.port()), 1, 1));
      for (int i = 0; i < 3; i++) {
        client.send("GET /a%d?b HTTP/1.1\r\nHost: x\r\nX-Kept: 1\r\n\r\n".formatted(i));
        assertThat(client.response()).endsWith("\r\n\r\nreal");
        int sent = i + 1;
        await().until(() -> shadow.heads.size() == sent);
      }
      assertThat(shadow.heads.getLast().toLowerCase(Locale.ROOT))
          .startsWith("get /a2?b http/1.1\r\n")
          .contains("x-kept: 1\r\n")
          .contains("x-forwarded-for: 127.0.0.1\r\n");
      assertThat(proxy.server.counters().mirrored()).isEqualTo(3);
      assertThat(proxy.server.counters().mirrorsDropped()).isZero();
      // Its answers are read to their ends, so that connections live on.
      assertThat(shadow.connections.get()).isLessThan(3);
    }
  }

  @Test
  void aBodyIsMirroredWithItsFramingAndWithoutExpect() throws Exception {
    ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();
    try (Upstream upstream =
            new Upstream(
                connection -> {
                  while (connection.readHead() != null) {
                    connection.readBody(5);
                    connection.write(Upstream.ok("real"));
                  }
                });
        Upstream shadow =
            new Upstream(
                connection -> {
                  while (connection.readHead() != null) {
                    bodies.add(new String(connection.readBody(5), StandardCharsets.US_ASCII));
                    connection.write(Upstream.ok("shadow"));
                  }
                });
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.apply(to(proxy.service("shadow", shadow.port()), 1, 1));
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      client.send("he").send("llo");
      assertThat(client.response()).endsWith("real");
      await().until(() -> bodies.contains("hello"));
      assertThat(shadow.heads.getFirst().toLowerCase(Locale.ROOT))
          .contains("content-length: 5\r\n")
          .doesNotContain("expect");
    }
  }

  @Test
  void aBodyThatGrowsTooLargeIsNotMirrored() throws Exception {
    int length = MAX_REPLAY + 1;
    try (Upstream upstream =
            new Upstream(
                connection -> {
                  connection.readHead();
                  connection.readBody(length);
                  connection.write(Upstream.ok("real"));
                });
        Upstream shadow = Upstream.answering(Upstream.ok("shadow"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.apply(to(proxy.service("shadow", shadow.port()), 1, 1));
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(length, "x".repeat(length)));
      assertThat(client.response()).endsWith("real");
      assertThat(proxy.server.counters().mirrorsDropped()).isEqualTo(1);
      assertThat(proxy.server.counters().mirrored()).isZero();
      assertThat(shadow.connections).hasValue(0);
    }
  }

  @Test
  void aMirrorThatHangsOrIsNotThereIsNotFelt() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    int nobody;
    try (Upstream gone = Upstream.answering("")) {
      nobody = gone.port();
    }
    try (Upstream upstream = Upstream.answering(Upstream.ok("real"));
        Upstream hangs =
            new Upstream(
                connection -> {
                  connection.readHead();
                  done.await();
                });
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      Mirror slow = new Mirror(Proxy.backend(proxy.service("slow", hangs.port()), 1), 1, 1);
      Mirror away = new Mirror(Proxy.backend(proxy.service("away", nobody), 1), 1, 1);
      Mirror empty = new Mirror(Proxy.backend(proxy.service("empty"), 1), 1, 1);
      proxy.apply(
          Proxy.rule(
              List.of(slow, away, empty), Optional.empty(), Optional.empty(), Optional.empty()));
      for (int i = 0; i < 10; i++) {
        assertThat(client.get("/").response()).endsWith("real");
      }
      assertThat(proxy.log).hasSize(10).allMatch(entry -> entry.flags().isEmpty());
      done.countDown();
    }
  }

  @Test
  void noMoreCopiesAreUnderWayThanALoopMayHave() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    int more = 20;
    try (Upstream upstream = Upstream.answering(Upstream.ok("real"));
        Upstream hangs =
            new Upstream(
                connection -> {
                  connection.readHead();
                  done.await();
                });
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.apply(to(proxy.service("slow", hangs.port()), 1, 1));
      for (int i = 0; i < MAX_COPIES + more; i++) {
        assertThat(client.get("/").response()).endsWith("real");
      }
      assertThat(proxy.server.counters().mirrorsDropped()).isEqualTo(more);
      done.countDown();
      // Copies that ended make room for others.
      await()
          .until(
              () -> {
                client.get("/").response();
                return proxy.server.counters().mirrored() > MAX_COPIES;
              });
    }
  }

  @Test
  void onlyAShareOfTheRequestsIsCopied() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("real"));
        Upstream shadow = Upstream.answering(Upstream.ok("shadow"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      ServiceName service = proxy.service("shadow", shadow.port());
      proxy.apply(to(service, 0, 100));
      for (int i = 0; i < 50; i++) {
        client.get("/").response();
      }
      assertThat(proxy.server.counters().mirrored()).isZero();
      proxy.apply(to(service, 1, 2));
      for (int i = 0; i < 400; i++) {
        client.get("/").response();
      }
      // 200 expected, with a standard deviation of 10: seven of them to either side.
      assertThat(proxy.server.counters().mirrored()).isBetween(130L, 270L);
    }
  }
}
