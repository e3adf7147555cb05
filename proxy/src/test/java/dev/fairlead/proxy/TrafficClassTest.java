package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests by their priority class: who is believed, and who is turned away. */
@ExtendWith(NoLeaks.class)
class TrafficClassTest {
  private static String request(String fields) {
    return "GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "3, 3", "4, 3", "7, 3", "8, 3", "-1, 3", "03, 3", "x, 3"})
  void aStrangerMayOnlyLowerTheClass(String said, int taken) throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(request("X-Fairlead-Class: " + said + "\r\n")).response();
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().trafficClass()).isEqualTo(taken);
      boolean passedOn = upstream.heads.getFirst().toLowerCase().contains("x-fairlead-class: ");
      assertThat(passedOn).isEqualTo(said.equals(String.valueOf(taken)));
    }
  }

  @Test
  void ofSeveralClassesNoneIsBelieved() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(request("x-fairlead-class: 1\r\nx-fairlead-class: 2\r\n")).response();
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().trafficClass()).isEqualTo(3);
      assertThat(upstream.heads.getFirst()).doesNotContainIgnoringCase("x-fairlead-class");
    }
  }

  @Test
  void aLoopThatLagsTurnsTheLowestClassAwayFirst() throws Exception {
    // Ten times as fast as the loop's own timers: each tick comes 150 ms late.
    AtomicLong speed = new AtomicLong(10);
    AtomicLong origin = new AtomicLong(System.nanoTime());
    AtomicLong passed = new AtomicLong();
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy =
            new Proxy(
                Proxy.options().withMaxLag(Duration.ofMillis(50)),
                InstantSource.system(),
                () -> passed.get() + (System.nanoTime() - origin.get()) * speed.get(),
                Proxy.rule(Proxy.forward()),
                upstream.port());
        RawClient client = proxy.client()) {
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                String low = client.send(request("x-fairlead-class: 1\r\n")).response();
                String usual = client.send(request("")).response();
                assertThat(usual).startsWith("HTTP/1.1 200 ");
                return low.startsWith("HTTP/1.1 503 ");
              });
      assertThat(proxy.server.counters().shed().get(1)).isPositive();
      assertThat(proxy.server.counters().shed().get(3)).isZero();
      await().until(() -> proxy.log.stream().anyMatch(each -> each.flags().equals("OM")));
      assertThat(proxy.log.stream().filter(each -> each.flags().equals("OM")))
          .allMatch(each -> each.trafficClass() == 1 && each.attempts() == 0);

      long now = System.nanoTime();
      passed.addAndGet((now - origin.getAndSet(now)) * speed.get());
      speed.set(1);
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                long before = proxy.server.counters().shed().get(1);
                for (int i = 0; i < 50; i++) {
                  client.send(request("x-fairlead-class: 1\r\n")).response();
                }
                return proxy.server.counters().shed().get(1) == before;
              });
    }
  }
}
