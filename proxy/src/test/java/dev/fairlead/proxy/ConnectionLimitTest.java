package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.route.ConnectionLimits;
import dev.fairlead.route.Treatment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Endpoints to which there may be so many connections, and requests that wait for one. */
@ExtendWith(NoLeaks.class)
class ConnectionLimitTest {
  private static Treatment limited(int connections, int pending) {
    return Treatment.DEFAULT.with(new ConnectionLimits(connections, pending));
  }

  /** One that answers as many requests as it is allowed to, each with its own path. */
  private static Upstream allowing(Semaphore allowed, AtomicInteger most) throws Exception {
    AtomicInteger now = new AtomicInteger();
    return new Upstream(
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            allowed.acquire();
            now.decrementAndGet();
            connection.write(Upstream.ok(head.split(" ")[1]));
          }
        });
  }

  private static Proxy proxy(Duration connectTimeout, Treatment treatment, int port)
      throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.connectTimeout = connectTimeout;
    Proxy proxy = new Proxy(draft.options(), port);
    proxy.apply(treatment, Proxy.rule(Proxy.forward()));
    return proxy;
  }

  private static List<RawClient> clients(Proxy proxy, int count) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(proxy.client().get("/" + i));
    }
    return clients;
  }

  @Test
  void requestsWaitInLineForTheConnectionsThatThereMayBe() throws Exception {
    Semaphore allowed = new Semaphore(0);
    AtomicInteger most = new AtomicInteger();
    try (Upstream upstream = allowing(allowed, most);
        Proxy proxy = proxy(Duration.ofSeconds(10), limited(2, 100), upstream.port())) {
      List<RawClient> clients = clients(proxy, 12);
      await().until(() -> proxy.server.counters().upstreamWaiting() == 10);
      assertThat(upstream.heads).hasSize(2);
      allowed.release(12);
      for (int i = 0; i < 12; i++) {
        assertThat(clients.get(i).response()).endsWith("/" + i);
      }
      assertThat(upstream.connections).hasValue(2);
      assertThat(most).hasValue(2);
      assertThat(proxy.server.counters().upstreamWaiting()).isZero();
      assertThat(proxy.server.counters().upstreamConnectionsIdle()).isEqualTo(2);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  /** Not even for the sake of those who wait behind requests that stay. */
  @Test
  void aLineInHttp2ThatStandsStillGetsNoConnectionTooMany() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          go.await();
          stream.ok("x");
        };
    try (Http2Upstream upstream = new Http2Upstream(script, Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient half = proxy.client()) {
      proxy.apply(limited(1, 100), Proxy.rule(Proxy.forwardH2()));
      half.send("GET / HT");
      try (Http2Peer h2 = new Http2Peer(proxy.port())) {
        Http2Peer.Stream watch = h2.get("/");
        await().until(() -> upstream.streams.size() == 1);
        upstream.connections.getFirst().settingsAcks.take();
        Http2Peer.Stream waits = h2.get("/");
        await().until(() -> proxy.server.counters().requestsInFlight() == 2);
        // The head's time-out is over after the line's.
        proxy.ahead.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(half.response()).startsWith("HTTP/1.1 408");
        go.countDown();
        assertThat(watch.response()).endsWith("x");
        assertThat(waits.response()).endsWith("x");
        assertThat(upstream.connections).hasSize(1);
      }
    }
  }

  @Test
  void whereTheLineIsFullTheNextIsRefusedAtOnceAndTheEndpointIsNotBlamed() throws Exception {
    Semaphore allowed = new Semaphore(0);
    try (Upstream upstream = allowing(allowed, new AtomicInteger());
        Proxy proxy = proxy(Duration.ofSeconds(10), limited(1, 2), upstream.port())) {
      List<RawClient> clients = clients(proxy, 3);
      await().until(() -> proxy.server.counters().upstreamWaiting() == 2);
      try (RawClient refused = proxy.client()) {
        assertThat(refused.get("/").response())
            .startsWith("HTTP/1.1 503 ")
            .contains("too many requests wait for a connection");
      }
      await().until(() -> !proxy.log.isEmpty());
      assertThat(proxy.log.getFirst().flags()).isEqualTo("UO");
      assertThat(proxy.server.counters().refusals().get(Proxy.WEB))
          .containsEntry(Refusal.OVER_LIMIT, 1L);
      assertThat(proxy.web.endpoints().getFirst().failed()).isZero();
      allowed.release(3);
      for (RawClient client : clients) {
        assertThat(client.response()).startsWith("HTTP/1.1 200");
        client.close();
      }
    }
  }

  private static RawClient ofClass(Proxy proxy, int trafficClass, String path) throws Exception {
    long before = proxy.server.counters().upstreamWaiting();
    RawClient client = proxy.client();
    client.send(
        "GET " + path + " HTTP/1.1\r\nHost: x\r\nx-fairlead-class: " + trafficClass + "\r\n\r\n");
    await().until(() -> proxy.server.counters().upstreamWaiting() == before + 1);
    return client;
  }

  @Test
  void ofThoseWhoWaitTheHighestClassIsServedFirstAndWhoCameFirstInIt() throws Exception {
    Semaphore allowed = new Semaphore(0);
    try (Upstream upstream = allowing(allowed, new AtomicInteger());
        Proxy proxy = proxy(Duration.ofSeconds(10), limited(1, 100), upstream.port())) {
      List<RawClient> clients = clients(proxy, 1);
      await().until(() -> upstream.heads.size() == 1);
      clients.add(ofClass(proxy, 1, "/low"));
      clients.add(ofClass(proxy, 2, "/middle"));
      clients.add(ofClass(proxy, 1, "/low2"));
      clients.add(ofClass(proxy, 3, "/high"));
      clients.add(ofClass(proxy, 2, "/middle2"));
      allowed.release(6);
      for (RawClient client : clients) {
        assertThat(client.response()).startsWith("HTTP/1.1 200");
        client.close();
      }
      assertThat(upstream.heads)
          .extracting(head -> head.split(" ")[1])
          .containsExactly("/0", "/high", "/middle", "/middle2", "/low", "/low2");
    }
  }

  @Test
  void whereTheLineIsFullTheLastOfTheLowestClassMakesRoomForAHigherOne() throws Exception {
    Semaphore allowed = new Semaphore(0);
    try (Upstream upstream = allowing(allowed, new AtomicInteger());
        Proxy proxy = proxy(Duration.ofSeconds(10), limited(1, 3), upstream.port())) {
      List<RawClient> clients = clients(proxy, 1);
      await().until(() -> upstream.heads.size() == 1);
      clients.add(ofClass(proxy, 1, "/low"));
      RawClient last = ofClass(proxy, 1, "/low2");
      clients.add(ofClass(proxy, 2, "/middle"));
      RawClient high = proxy.client().get("/high");
      clients.add(high);
      assertThat(last.response())
          .startsWith("HTTP/1.1 503 ")
          .contains("too many requests wait for a connection, and one of a higher class came");
      try (RawClient refused = proxy.client()) {
        refused.send("GET / HTTP/1.1\r\nHost: x\r\nx-fairlead-class: 1\r\n\r\n");
        assertThat(refused.response()).startsWith("HTTP/1.1 503 ").doesNotContain("higher class");
      }
      assertThat(proxy.server.counters().upstreamWaiting()).isEqualTo(3);
      assertThat(proxy.log).hasSize(2).allMatch(e -> e.flags().equals("UO"));
      assertThat(proxy.web.endpoints().getFirst().failed()).isZero();
      allowed.release(4);
      for (RawClient client : clients) {
        assertThat(client.response()).startsWith("HTTP/1.1 200");
        client.close();
      }
      last.close();
    }
  }

  /** The line for a place on a connection of HTTP/2. */
  @Test
  void inHttp2TooTheHighestClassIsServedFirstAndTheLowestMakesRoom() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<String> served = new CopyOnWriteArrayList<>();
    Http2Upstream.Script script =
        stream -> {
          served.add(Http2Peer.field(stream.head().fields(), ":path"));
          go.await();
          stream.ok("x");
        };
    try (Http2Upstream upstream = new Http2Upstream(script, Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      proxy.apply(limited(1, 3), Proxy.rule(Proxy.forwardH2()));
      Http2Peer.Stream first = h2.get("/first");
      await().until(() -> served.size() == 1);
      upstream.connections.getFirst().settingsAcks.take();
      List<Http2Peer.Stream> waiting = new ArrayList<>();
      waiting.add(h2.get("/low", "x-fairlead-class", "1"));
      Http2Peer.Stream last = h2.get("/low2", "x-fairlead-class", "1");
      waiting.add(h2.get("/middle", "x-fairlead-class", "2"));
      waiting.add(h2.get("/high"));
      assertThat(last.response()).contains(":status: 503\n", "one of a higher class came");
      go.countDown();
      assertThat(first.response()).endsWith("x");
      for (Http2Peer.Stream each : waiting) {
        assertThat(each.response()).endsWith("x");
      }
      assertThat(served).containsExactly("/first", "/high", "/middle", "/low");
      assertThat(upstream.connections).hasSize(1);
    }
  }

  @Test
  void nobodyWaitsForLongerThanAConnectMayTake() throws Exception {
    Semaphore allowed = new Semaphore(0);
    try (Upstream upstream = allowing(allowed, new AtomicInteger());
        Proxy proxy = proxy(Duration.ofMillis(50), limited(1, 9), upstream.port());
        RawClient first = proxy.client().get("/first")) {
      await().until(() -> upstream.heads.size() == 1);
      try (RawClient late = proxy.client()) {
        assertThat(late.get("/late").response())
            .startsWith("HTTP/1.1 503 ")
            .contains("no connection came free in time");
      }
      allowed.release();
      assertThat(first.response()).endsWith("/first");
      assertThat(proxy.web.endpoints().getFirst().failed()).isZero();
    }
  }

  @Test
  void aConnectionThatBreaksMakesRoomForAnother() throws Exception {
    AtomicInteger served = new AtomicInteger();
    try (Upstream upstream =
            new Upstream(
                connection -> {
                  String head = connection.readHead();
                  served.incrementAndGet();
                  connection.write(
                      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
                });
        Proxy proxy = proxy(Duration.ofSeconds(10), limited(1, 100), upstream.port())) {
      List<RawClient> clients = clients(proxy, 8);
      for (RawClient client : clients) {
        assertThat(client.response()).endsWith("x");
        client.close();
      }
      assertThat(served).hasValue(8);
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void whoGoesAwayLeavesTheLine() throws Exception {
    Semaphore allowed = new Semaphore(0);
    try (Upstream upstream = allowing(allowed, new AtomicInteger());
        Proxy proxy = proxy(Duration.ofSeconds(10), limited(1, 100), upstream.port())) {
      List<RawClient> clients = clients(proxy, 5);
      await().until(() -> proxy.server.counters().upstreamWaiting() == 4);
      for (RawClient client : clients.subList(1, 5)) {
        client.close();
      }
      await().until(() -> proxy.server.counters().upstreamWaiting() == 0);
      allowed.release(5);
      assertThat(clients.getFirst().response()).endsWith("/0");
      clients.getFirst().close();
      assertThat(upstream.heads).hasSize(1);
      assertThat(proxy.web.endpoints().getFirst().inFlight()).isZero();
    }
  }

  @Test
  void aLimitIsSharedOutOverTheLoopsAndEachHasOneAtLeast() throws Exception {
    Semaphore allowed = new Semaphore(0);
    try (Upstream upstream = allowing(allowed, new AtomicInteger());
        Proxy proxy = new Proxy(ProxyOptions.defaults(2), upstream.port())) {
      proxy.apply(limited(1, 100), Proxy.rule(Proxy.forward()));
      List<RawClient> clients = clients(proxy, 40);
      await().until(() -> upstream.heads.size() + proxy.server.counters().upstreamWaiting() == 40);
      assertThat(upstream.connections.get()).isLessThanOrEqualTo(2);
      allowed.release(40);
      for (RawClient client : clients) {
        assertThat(client.response()).startsWith("HTTP/1.1 200");
        client.close();
      }
      assertThat(upstream.connections.get()).isLessThanOrEqualTo(2);
    }
  }
}
