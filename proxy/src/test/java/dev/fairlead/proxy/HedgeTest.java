package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.route.Hedging;
import dev.fairlead.route.Rule;
import dev.fairlead.route.Treatment;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that take long and are sent to a second endpoint too. */
@ExtendWith(NoLeaks.class)
class HedgeTest {
  private static final String SORRY = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";

  /** What becomes of a first attempt and of a second; both may be sent to either endpoint. */
  private static Upstream upstream(Upstream.Script first, Upstream.Script second) throws Exception {
    return new Upstream(
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            if (head.contains("content-length: 4")) {
              assertThat(connection.readBody(4)).asString().isEqualTo("body");
            }
            (isSecond(head) ? second : first).serve(connection);
          }
        });
  }

  private static boolean isSecond(String head) {
    return head.contains("x-fairlead-attempt: 2\r\n");
  }

  private static Upstream.Script answer(String body) {
    return connection -> connection.write(Upstream.ok(body));
  }

  private static Proxy proxy(Hedging hedging, Rule rule, Upstream... upstreams) throws Exception {
    int[] ports = java.util.Arrays.stream(upstreams).mapToInt(Upstream::port).toArray();
    Proxy proxy = new Proxy(Proxy.options(), ports);
    proxy.apply(Treatment.DEFAULT.with(hedging), rule);
    return proxy;
  }

  private static Proxy proxy(Upstream... upstreams) throws Exception {
    return proxy(after(1, false), Proxy.rule(Proxy.forward()), upstreams);
  }

  private static Hedging after(int millis, boolean anyMethod) {
    return new Hedging(Duration.ofMillis(millis), OptionalDouble.empty(), anyMethod);
  }

  private static void awaitQuiet(Proxy proxy) {
    await().until(() -> proxy.web.endpoints().stream().allMatch(each -> each.inFlight() == 0));
    assertThat(proxy.web.endpoints()).allMatch(each -> each.failed() == 0);
  }

  @Test
  void theSecondAnswersWhereTheFirstIsSlowAndNobodyIsBlamed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Upstream.Script hangs =
        connection -> {
          connection.in.read();
          closed.countDown();
        };
    try (Upstream one = upstream(hangs, answer("second"));
        Upstream other = upstream(hangs, answer("second"));
        Proxy proxy = proxy(one, other);
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).endsWith("second");
      closed.await();
      awaitQuiet(proxy);
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().hedge()).isEqualTo("won");
      assertThat(proxy.log.getFirst().attempts()).isEqualTo(2);
      assertThat(proxy.log.getFirst().flags()).isEmpty();
      assertThat(proxy.server.counters().hedges()).isEqualTo(1);
      assertThat(proxy.server.counters().hedgesWon()).isEqualTo(1);
      // The winner's connection is kept, and serves the next.
      assertThat(proxy.server.counters().upstreamConnectionsIdle()).isEqualTo(1);
    }
  }

  @Test
  void theFirstAnswersAllTheSameIfItIsFaster() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Upstream.Script slow =
        connection -> {
          second.await();
          connection.write(Upstream.ok("first"));
        };
    Upstream.Script hangs =
        connection -> {
          second.countDown();
          connection.in.read();
          closed.countDown();
        };
    try (Upstream one = upstream(slow, hangs);
        Upstream other = upstream(slow, hangs);
        Proxy proxy = proxy(one, other);
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).endsWith("first");
      closed.await();
      awaitQuiet(proxy);
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().hedge()).isEqualTo("lost");
      assertThat(proxy.server.counters().hedges()).isEqualTo(1);
      assertThat(proxy.server.counters().hedgesWon()).isZero();
    }
  }

  @Test
  void theSecondTakesThePlaceOfAFirstThatFails() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch failed = new CountDownLatch(1);
    Upstream.Script breaks =
        connection -> {
          second.await();
          connection.socket.close();
          failed.countDown();
        };
    Upstream.Script late =
        connection -> {
          second.countDown();
          failed.await();
          connection.write(Upstream.ok("second"));
        };
    try (Upstream one = upstream(breaks, late);
        Upstream other = upstream(breaks, late);
        Proxy proxy = proxy(one, other);
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).endsWith("second");
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().attempts()).isEqualTo(2);
      assertThat(proxy.server.counters().retries()).isZero();
    }
  }

  private static Rule rule(int requestSeconds, int backendSeconds) {
    return Proxy.rule(
        Proxy.forward(), Duration.ofSeconds(requestSeconds), Duration.ofSeconds(backendSeconds));
  }

  /** The first has its time from its own beginning, and the second, which begins later, too. */
  @Test
  void eachAttemptHasItsOwnTime() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    Upstream.Script hangs =
        connection -> {
          connection.in.read();
          cut.countDown();
        };
    Upstream.Script late =
        connection -> {
          second.countDown();
          go.await();
          connection.write(Upstream.ok("second"));
        };
    Hedging hedging = after(5000, false);
    try (Upstream one = upstream(hangs, late);
        Upstream other = upstream(hangs, late);
        Proxy proxy = proxy(hedging, rule(0, 8), one, other);
        RawClient client = proxy.client()) {
      client.get("/");
      await().until(() -> one.heads.size() + other.heads.size() == 1);
      proxy.ahead.addAndGet(Duration.ofSeconds(5).toNanos());
      second.await();
      proxy.ahead.addAndGet(Duration.ofSeconds(4).toNanos());
      cut.await();
      assertThat(proxy.log).isEmpty();
      go.countDown();
      assertThat(client.response()).endsWith("second");
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst())
          .matches(e -> e.attempts() == 2 && e.flags().isEmpty() && e.status() == 200);
      // The first was too slow, and that is known.
      assertThat(proxy.web.endpoints().stream().mapToLong(e -> e.failed()).sum()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 8", "9, 8"})
  void theTimeOfTheSecondOrOfTheRequestEndsBoth(int requestSeconds, int backendSeconds)
      throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(2);
    Upstream.Script hangs =
        connection -> {
          connection.in.read();
          cut.countDown();
        };
    Upstream.Script hangsToo =
        connection -> {
          second.countDown();
          hangs.serve(connection);
        };
    try (Upstream one = upstream(hangs, hangsToo);
        Upstream other = upstream(hangs, hangsToo);
        Proxy proxy = proxy(after(5000, false), rule(requestSeconds, backendSeconds), one, other);
        RawClient client = proxy.client()) {
      client.get("/");
      await().until(() -> one.heads.size() + other.heads.size() == 1);
      proxy.ahead.addAndGet(Duration.ofSeconds(5).toNanos());
      second.await();
      proxy.ahead.addAndGet(Duration.ofMillis(3500).toNanos());
      await().until(() -> cut.getCount() == 1);
      assertThat(proxy.log).isEmpty();
      proxy.ahead.addAndGet(Duration.ofSeconds(requestSeconds > 0 ? 1 : 5).toNanos());
      assertThat(client.response()).startsWith("HTTP/1.1 504");
      cut.await();
      await().until(() -> proxy.web.endpoints().stream().allMatch(each -> each.inFlight() == 0));
    }
  }

  @Test
  void aSecondThatFailsLeavesTheFirstAlone() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Upstream.Script slow =
        connection -> {
          second.await();
          connection.write(Upstream.ok("first"));
        };
    Upstream.Script sorry =
        connection -> {
          connection.write(SORRY);
          connection.in.read();
          second.countDown();
        };
    try (Upstream one = upstream(slow, sorry);
        Upstream other = upstream(slow, sorry);
        Proxy proxy = proxy(one, other);
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).endsWith("first");
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().hedge()).isEqualTo("lost");
    }
  }

  @Test
  void onlyIdempotentMethodsUnlessThePolicySaysSoAndThenWithTheirBody() throws Exception {
    String post = "POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
    CountDownLatch done = new CountDownLatch(1);
    Upstream.Script hangs = connection -> done.await();
    try (Upstream one = upstream(hangs, answer("second"));
        Upstream other = upstream(hangs, answer("second"));
        Proxy proxy = proxy(one, other);
        RawClient poster = proxy.client();
        RawClient client = proxy.client()) {
      poster.send(post);
      await().until(() -> one.heads.size() + other.heads.size() == 1);
      // Its time is up later than the other's was.
      assertThat(client.get("/get").response()).endsWith("second");
      assertThat(proxy.server.counters().hedges()).isEqualTo(1);
      proxy.apply(Treatment.DEFAULT.with(after(1, true)), Proxy.rule(Proxy.forward()));
      try (RawClient anew = proxy.client()) {
        assertThat(anew.send(post).response()).endsWith("second");
      }
      done.countDown();
    }
  }

  @Test
  void withoutABudgetNothingIsSentTwice() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    Upstream.Script slow =
        connection -> {
          refused.await();
          connection.write(Upstream.ok("first"));
        };
    try (Upstream one = upstream(slow, answer("second"));
        Upstream other = upstream(slow, answer("second"));
        Proxy proxy = proxy(one, other);
        RawClient client = proxy.client()) {
      proxy.web.update(
          new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT)
              .with(new RetryAllowance(0, 0, Duration.ofSeconds(10))));
      client.get("/");
      await().until(() -> proxy.web.refusedRetries() == 1);
      refused.countDown();
      assertThat(client.response()).endsWith("first");
      awaitQuiet(proxy);
      assertThat(proxy.server.counters().hedges()).isZero();
    }
  }

  @Test
  void aClientThatGoesAwayEndsBoth() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(2);
    Upstream.Script hangs =
        connection -> {
          connection.in.read();
          closed.countDown();
        };
    Upstream.Script hangsToo =
        connection -> {
          second.countDown();
          hangs.serve(connection);
        };
    try (Upstream one = upstream(hangs, hangsToo);
        Upstream other = upstream(hangs, hangsToo);
        Proxy proxy = proxy(one, other)) {
      try (RawClient client = proxy.client()) {
        client.get("/");
        second.await();
      }
      closed.await();
      awaitQuiet(proxy);
    }
  }

  @Test
  void overHttp2TheLoserIsResetAndItsConnectionStays() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    java.util.function.Supplier<String> secondOnly =
        () -> asked.incrementAndGet() == 1 ? H2cUpstream.NEVER : "0000000000";
    try (H2cUpstream one = new H2cUpstream(secondOnly);
        H2cUpstream other = new H2cUpstream(secondOnly);
        Proxy proxy = new Proxy(Proxy.options(), one.port(), other.port());
        RawClient client = proxy.client()) {
      proxy.apply(Treatment.DEFAULT.with(after(1, false)), Proxy.rule(Proxy.forwardH2()));
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 200");
      awaitQuiet(proxy);
      // Which of the two was first at its endpoint, and got no answer, is open.
      assertThat(proxy.server.counters().hedges()).isEqualTo(1);
      assertThat(asked).hasValue(2);
      assertThat(proxy.server.counters().upstreamConnectionsOpen()).isEqualTo(2);
    }
  }
}
