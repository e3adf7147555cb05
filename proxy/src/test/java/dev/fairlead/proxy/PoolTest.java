package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Upstream connections between two requests. */
@ExtendWith(NoLeaks.class)
class PoolTest {
  private static ProxyOptions options(int maxPooled, Duration pooledIdle) {
    OptionsDraft draft = new OptionsDraft();
    draft.maxPooledPerEndpoint = maxPooled;
    draft.pooledIdleTimeout = pooledIdle;
    return draft.options();
  }

  @Test
  void anIdleConnectionIsClosedAfterItsTime() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          while (connection.readHead() != null) {
            connection.write(Upstream.ok("x"));
          }
          closed.countDown();
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(options(256, Duration.ofMillis(50)), upstream.port());
        RawClient client = proxy.client()) {
      client.get("/").response();
      closed.await();
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
      assertThat(client.get("/").response()).endsWith("x");
      assertThat(upstream.connections).hasValue(2);
    }
  }

  @Test
  void noMoreThanTheMaximumAreKept() throws Exception {
    CountDownLatch all = new CountDownLatch(8);
    Upstream.Script script =
        connection -> {
          while (connection.readHead() != null) {
            all.countDown();
            all.await();
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(options(3, Duration.ofSeconds(30)), upstream.port())) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(proxy.client().get("/"));
      }
      for (RawClient client : clients) {
        assertThat(client.response()).endsWith("x");
      }
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 3);
      assertThat(proxy.server.counters().upstreamConnectionsIdle()).isEqualTo(3);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void theOneThatWasPutBackLastIsTakenFirst() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    List<Integer> served = java.util.Collections.synchronizedList(new ArrayList<>());
    Upstream.Script script =
        connection -> {
          int id = connection.socket.getPort();
          while (connection.readHead() != null) {
            both.countDown();
            both.await();
            served.add(id);
            connection.write(Upstream.ok("x"));
          }
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient one = proxy.client().get("/");
        RawClient two = proxy.client().get("/")) {
      one.response();
      two.response();
      await().until(() -> proxy.server.counters().upstreamConnectionsIdle() == 2);
      for (int i = 0; i < 20; i++) {
        one.get("/").response();
      }
      assertThat(served.subList(2, 22).stream().distinct()).hasSize(1);
    }
  }
}
