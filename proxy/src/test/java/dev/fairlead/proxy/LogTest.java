package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the log says of a request beside what came and what was answered. */
@ExtendWith(NoLeaks.class)
class LogTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private static Proxy.Entry last(Proxy proxy, int count) {
    await().until(() -> proxy.log.size() == count);
    return proxy.log.getLast();
  }

  @Test
  void theReasonIsTheWordsOfTheLastPick() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.web.update(new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT));
      client.get("/").response();
      assertThat(last(proxy, 1).pickReason())
          .isEqualTo("priority 0: next in the weighted sequence");
      proxy.web.update(new BalancerPolicy(Algorithm.P2c.DEFAULT, LocalityPolicy.DEFAULT));
      client.get("/").response();
      assertThat(last(proxy, 2).pickReason())
          .isEqualTo("priority 0: least loaded of 2 drawn by weight, the first drawn of equals");
      // Of which nothing is left for one that is never picked for.
      proxy.endpoints();
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
      assertThat(last(proxy, 3).pickReason()).isEmpty();
    }
  }

  @Test
  void aRetrysReasonSaysWhatWasGivenUp() throws Exception {
    Upstream.Script closes = Upstream.Connection::readHead;
    try (Upstream upstream = new Upstream(closes);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
      Proxy.Entry entry = last(proxy, 1);
      assertThat(entry.attempts()).isEqualTo(2);
      assertThat(entry.pickReason()).endsWith(" (tried)");
    }
  }

  @Test
  void whatIsLeftOfTheLimitIsSaidWhereThereIsOne() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.get("/").response();
      assertThat(last(proxy, 1).deadlineLeftNanos()).isEqualTo(-1);
      proxy.apply(Proxy.rule(Proxy.forward(), Duration.ofHours(1), Duration.ZERO));
      client.get("/").response();
      assertThat(last(proxy, 2).deadlineLeftNanos()).isPositive().isLessThan(HOUR);
    }
  }

  @Test
  void nothingIsLeftToOneThatIsLate() throws Exception {
    Upstream.Script silent = connection -> connection.in.readAllBytes();
    try (Upstream upstream = new Upstream(silent);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.apply(Proxy.rule(Proxy.forward(), Duration.ofMillis(50), Duration.ZERO));
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 504");
      assertThat(last(proxy, 1).deadlineLeftNanos()).isZero();
    }
  }

  /** Its route's limit is for the 101: the tunnel may last for hours. */
  @Test
  void aTunnelsLimitWasMetByIts101() throws Exception {
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
          connection.in.readNBytes(1);
        };
    OptionsDraft draft = new OptionsDraft();
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(draft.options(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.apply(Proxy.rule(Proxy.forward(), Duration.ofHours(1), Duration.ZERO));
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 101");
      client.send("x");
      assertThat(client.rest()).isEmpty();
      Proxy.Entry entry = last(proxy, 1);
      assertThat(entry.deadlineLeftNanos()).isPositive().isLessThan(HOUR);
    }
  }
}
