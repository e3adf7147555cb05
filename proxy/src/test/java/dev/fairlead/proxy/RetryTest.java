package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.route.Retries;
import dev.fairlead.route.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests that a rule has sent again, because of what was answered or because nothing was. */
@ExtendWith(NoLeaks.class)
class RetryTest {
  /** Bytes of a body that are kept to be sent again. */
  private static final int MAX_REPLAY = 64 * 1024;

  private static final String SORRY =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nsorry";

  private static Retries on503(int attempts, Duration backoff) {
    return new Retries(Set.of(503), attempts, Optional.of(backoff));
  }

  private static Rule rule(int attempts) {
    return Proxy.rule(on503(attempts, Duration.ofMillis(1)));
  }

  /** Answers a POST of five bytes with {@code first} so many times, then with what was posted. */
  private static Upstream echoAfter(int failures, String first) throws Exception {
    AtomicInteger requests = new AtomicInteger();
    return new Upstream(
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            String body =
                head.toLowerCase(Locale.ROOT).contains("content-length: 5")
                    ? new String(
                        connection.readBody(5), java.nio.charset.StandardCharsets.ISO_8859_1)
                    : "none";
            boolean fails = requests.incrementAndGet() <= failures;
            connection.write(fails ? first : Upstream.ok(body));
          }
        });
  }

  @Test
  void anAnswerWithACodeOfTheRuleIsThrownAwayAndTheNextEndpointsComes() throws Exception {
    try (Upstream bad = Upstream.answering(SORRY);
        Upstream good = Upstream.answering(Upstream.ok("good"));
        Proxy proxy = new Proxy(Proxy.options(), rule(1), bad.port(), good.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/" + i).response()).startsWith("HTTP/1.1 200").endsWith("good");
      }
      assertThat(bad.heads).isNotEmpty();
      // The answer was taken in whole: its connection goes on.
      assertThat(bad.connections).hasValue(1);
      assertThat(proxy.log).allMatch(entry -> entry.status() == 200 && entry.flags().isEmpty());
      assertThat(proxy.log).anyMatch(entry -> entry.attempts() == 2);
    }
  }

  @Test
  void aPostIsSentAgainWithItsBodyAsTheRuleAsksForIt() throws Exception {
    try (Upstream upstream = echoAfter(2, SORRY);
        Proxy proxy = new Proxy(Proxy.options(), rule(2), upstream.port());
        RawClient client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(client.response()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nhello");
      assertThat(upstream.heads).hasSize(3);
      assertThat(proxy.server.counters().retries()).isEqualTo(2);
    }
  }

  @Test
  void aRetryIsMarkedForTheNextHopAndAMarkedRequestIsNotSentAgain() throws Exception {
    try (Upstream upstream = Upstream.answering(SORRY);
        Proxy proxy = new Proxy(Proxy.options(), rule(2), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
      assertThat(upstream.heads).hasSize(3);
      assertThat(upstream.heads.get(0)).doesNotContain("x-fairlead-attempt");
      assertThat(upstream.heads.get(1)).contains("\r\nx-fairlead-attempt: 2\r\n");
      assertThat(upstream.heads.get(2)).contains("\r\nx-fairlead-attempt: 3\r\n");

      client.send("GET /marked HTTP/1.1\r\nHost: x\r\nX-Fairlead-Attempt: 2\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 503");
      assertThat(upstream.heads).hasSize(4);
      assertThat(upstream.heads.get(3)).contains("X-Fairlead-Attempt: 2\r\n");

      // The head is used again; its mark is not.
      assertThat(client.get("/next").response()).startsWith("HTTP/1.1 503");
      assertThat(upstream.heads.get(4)).doesNotContainIgnoringCase("x-fairlead-attempt");
    }
  }

  @Test
  void theRetriesOfTwoHopsAddUpAndDoNotMultiply() throws Exception {
    try (Upstream upstream = Upstream.answering(SORRY);
        Proxy middle = new Proxy(Proxy.options(), rule(2), upstream.port());
        Proxy front = new Proxy(Proxy.options(), rule(2), middle.port());
        RawClient client = front.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503").endsWith("sorry");
      // 3 for the first attempt of the front, 1 for each of its two retries; not 9.
      assertThat(upstream.heads).hasSize(5);
    }
  }

  @Test
  void aMarkedRequestIsStillLedElsewhereIfItCouldNotBeSent() throws Exception {
    int nobody;
    try (Upstream gone = Upstream.answering("")) {
      nobody = gone.port();
    }
    try (Upstream good = Upstream.answering(Upstream.ok("good"));
        Proxy proxy = new Proxy(Proxy.options(), rule(1), nobody, good.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\nx-fairlead-attempt: 2\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200");
      }
      assertThat(good.heads).allMatch(head -> head.split("x-fairlead-attempt", -1).length == 2);
    }
  }

  @Test
  void theLastAnswerIsPassedOnWhenNoAttemptIsLeft() throws Exception {
    try (Upstream upstream = Upstream.answering(SORRY);
        Proxy proxy = new Proxy(Proxy.options(), rule(2), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503").endsWith("sorry");
      assertThat(upstream.heads).hasSize(3);
      assertThat(proxy.log.getFirst().attempts()).isEqualTo(3);
    }
  }

  @Test
  void anotherCodeIsPassedOnAtOnceAndZeroAttemptsMeanNone() throws Exception {
    String error = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    try (Upstream upstream = Upstream.answering(error);
        Proxy proxy = new Proxy(Proxy.options(), rule(2), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 500");
      assertThat(upstream.heads).hasSize(1);
      proxy.apply(rule(0));
    }
    try (Upstream upstream = Upstream.answering(SORRY);
        Proxy proxy = new Proxy(Proxy.options(), rule(0), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
      assertThat(upstream.heads).hasSize(1);
    }
  }

  @Test
  void aBodyThatOutgrewWhatIsKeptIsNotSentAgain() throws Exception {
    int length = MAX_REPLAY + 1;
    try (Upstream upstream =
            new Upstream(
                connection -> {
                  while (connection.readHead() != null) {
                    connection.readBody(length);
                    connection.write(SORRY);
                  }
                });
        Proxy proxy = new Proxy(Proxy.options(), rule(2), upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(length, "x".repeat(length)));
      assertThat(client.response()).startsWith("HTTP/1.1 503").endsWith("sorry");
      assertThat(upstream.heads).hasSize(1);
    }
  }

  @Test
  void anAnswerWhoseBodyDragsOnIsNotWaitedFor() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (Upstream drags =
            new Upstream(
                connection -> {
                  connection.readHead();
                  connection.write("HTTP/1.1 503 No\r\nContent-Length: 1000\r\n\r\nx");
                  done.await();
                });
        Upstream good = Upstream.answering(Upstream.ok("good"));
        Proxy proxy = new Proxy(Proxy.options(), rule(1), drags.port(), good.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/a").response()).endsWith("good");
      assertThat(client.get("/b").response()).endsWith("good");
      assertThat(drags.heads).isNotEmpty();
      done.countDown();
    }
  }

  @Test
  void anAttemptThatTakesTooLongIsFollowedByAnother() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (Upstream silent =
            new Upstream(
                connection -> {
                  connection.readHead();
                  done.await();
                });
        Upstream good = Upstream.answering(Upstream.ok("good"));
        Proxy proxy = new Proxy(Proxy.options(), silent.port(), good.port());
        RawClient client = proxy.client()) {
      Rule timed =
          new Rule(
              "",
              rule(1).matches(),
              rule(1).requestHeaders(),
              rule(1).responseHeaders(),
              rule(1).rewrite(),
              rule(1).mirrors(),
              Optional.empty(),
              Proxy.forward(),
              Duration.ZERO,
              Duration.ofMillis(100),
              Optional.of(on503(1, Duration.ofMillis(1))),
              Optional.empty());
      proxy.apply(timed);
      assertThat(client.get("/a").response()).endsWith("good");
      assertThat(client.get("/b").response()).endsWith("good");
      assertThat(silent.heads).isNotEmpty();
      assertThat(proxy.log).anyMatch(entry -> entry.attempts() == 2);
      done.countDown();
    }
  }

  @Test
  void connectionsThatFailAreTriedElsewhereAsOftenAsTheRuleSays() throws Exception {
    int[] ports = new int[3];
    for (int i = 0; i < 2; i++) {
      try (Upstream gone = Upstream.answering("")) {
        ports[i] = gone.port();
      }
    }
    try (Upstream good = Upstream.answering(Upstream.ok("good"))) {
      ports[2] = good.port();
      for (Duration backoff : List.of(Duration.ZERO, Duration.ofMillis(1))) {
        try (Proxy proxy =
                new Proxy(
                    Proxy.options(),
                    Proxy.rule(new Retries(Set.of(), 2, Optional.of(backoff))),
                    ports);
            RawClient client = proxy.client()) {
          for (int i = 0; i < 3; i++) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 200");
          }
          assertThat(proxy.log).allMatch(entry -> entry.flags().isEmpty());
          assertThat(proxy.server.counters().retries()).isPositive();
        }
      }
    }
  }

  @Test
  void aClientThatLeavesDuringTheWaitEndsIt() throws Exception {
    try (Upstream upstream = Upstream.answering(SORRY);
        Proxy proxy =
            new Proxy(
                Proxy.options(), Proxy.rule(on503(1, Duration.ofMinutes(1))), upstream.port())) {
      try (RawClient client = proxy.client()) {
        client.get("/");
        await().until(() -> proxy.server.counters().retries() == 1);
      }
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().flags()).contains("DC");
      // The exchange serves the next client, whose request does not wait for the last one's.
      proxy.apply(rule(0));
      try (RawClient next = proxy.client()) {
        assertThat(next.get("/next").response()).startsWith("HTTP/1.1 503");
      }
      assertThat(upstream.heads).hasSize(2);
    }
  }

  @Test
  void theServicesBudgetLimitsRetriesOfAnswersToo() throws Exception {
    try (Upstream upstream = Upstream.answering(SORRY);
        Proxy proxy = new Proxy(Proxy.options(), rule(10), upstream.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
      }
      // Each alone would have had ten.
      assertThat(upstream.heads.size()).isLessThan(400);
      assertThat(proxy.web.refusedRetries()).isPositive();
    }
  }
}
