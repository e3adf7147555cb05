package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many streams of HTTP/2 go on how many connections to an endpoint, and when one is left. */
@ExtendWith(NoLeaks.class)
class Http2PoolTest {
  private static Proxy proxy(int... ports) throws Exception {
    return new Proxy(Proxy.options(), Proxy.rule(Proxy.forwardH2()), ports);
  }

  @Test
  void noMoreStreamsThanTheUpstreamTakes() throws Exception {
    Map<Http2Peer, AtomicInteger> all = new ConcurrentHashMap<>();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          // As they stand still another connection may be opened, whose settings are not here yet.
          AtomicInteger now = all.computeIfAbsent(stream.peer, peer -> new AtomicInteger());
          int own = now.incrementAndGet();
          most.accumulateAndGet(all.size() == 1 ? own : 0, Math::max);
          go.await();
          now.decrementAndGet();
          stream.ok("x");
        };
    try (Http2Upstream upstream = new Http2Upstream(script, Http2Peer.MAX_CONCURRENT_STREAMS, 2);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      // Until its settings are here an upstream may be sent more; one answer says that they are.
      Http2Peer.Stream first = h2.get("/");
      await().until(() -> upstream.connections.size() == 1);
      upstream.connections.getFirst().settingsAcks.take();
      List<Http2Peer.Stream> streams = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        streams.add(h2.get("/"));
      }
      await().until(() -> most.get() == 2);
      await().until(() -> proxy.server.counters().requestsInFlight() == 21);
      go.countDown();
      assertThat(first.response()).endsWith("x");
      for (Http2Peer.Stream each : streams) {
        assertThat(each.response()).endsWith("x");
      }
      assertThat(most).hasValue(2);
    }
  }

  @Test
  void whereManyWaitAnotherConnectionIsOpened() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          go.await();
          stream.ok("x");
        };
    try (Http2Upstream upstream = new Http2Upstream(script, Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port());
        Http2Peer more = new Http2Peer(proxy.port())) {
      List<Http2Peer.Stream> streams = new ArrayList<>();
      streams.add(h2.get("/"));
      await().until(() -> upstream.connections.size() == 1);
      upstream.connections.getFirst().settingsAcks.take();
      for (int i = 0; i < 99; i++) {
        streams.add(h2.get("/"));
      }
      for (int i = 0; i < 50; i++) {
        streams.add(more.get("/"));
      }
      await().until(() -> upstream.connections.size() >= 2);
      go.countDown();
      for (Http2Peer.Stream each : streams) {
        assertThat(each.response()).endsWith("x");
      }
    }
  }

  @Test
  void whatALostConnectionHadAndWhoWaitedForItGoOnTogether() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          stream.head();
          if (asked.incrementAndGet() == 1) {
            go.await();
            stream.peer.close();
          } else {
            stream.ok("x");
          }
        };
    try (Http2Upstream upstream = new Http2Upstream(script, Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      Http2Peer.Stream lost = h2.get("/");
      await().until(() -> asked.get() == 1);
      upstream.connections.getFirst().settingsAcks.take();
      Http2Peer.Stream waits = h2.get("/");
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> proxy.server.counters().requestsInFlight() == 2);
      go.countDown();
      assertThat(lost.response()).endsWith("x");
      assertThat(waits.response()).endsWith("x");
      assertThat(upstream.connections).hasSize(2);
    }
  }

  @Test
  void whereWhatIsUnderWayStaysAnotherConnectionIsOpened() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Http2Upstream.Script script =
        stream -> {
          if (stream.head().fields().contains("/watch")) {
            go.await();
          }
          stream.ok("x");
        };
    try (Http2Upstream upstream = new Http2Upstream(script, Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        Proxy proxy = proxy(upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      Http2Peer.Stream watch = h2.get("/watch");
      await().until(() -> upstream.connections.size() == 1);
      upstream.connections.getFirst().settingsAcks.take();
      assertThat(h2.get("/").response()).endsWith("x");
      assertThat(h2.get("/").response()).endsWith("x");
      assertThat(upstream.connections).hasSize(2);
      go.countDown();
      assertThat(watch.response()).endsWith("x");
    }
  }

  @Test
  void aConnectionOnWhichNobodyIsAnyMoreIsFoundOutByATimeout() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.pooledIdleTimeout = Duration.ofDays(1);
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Proxy proxy =
            new Proxy(draft.options(), Proxy.rule(Proxy.forwardH2()), server.getLocalPort())) {
      Socket silent = new Socket();
      for (int i = 0; i < 2; i++) {
        try (RawClient client = proxy.client()) {
          client.get("/lost");
          if (i == 0) {
            silent = server.accept();
            // SETTINGS and the ack of the proxy's, and from then on nothing.
            silent.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            silent.getOutputStream().write(new byte[] {0, 0, 0, 4, 1, 0, 0, 0, 0});
          }
          await().until(() -> proxy.server.counters().requestsInFlight() == 1);
          proxy.ahead.addAndGet(Duration.ofSeconds(61).toNanos());
          assertThat(client.response()).startsWith("HTTP/1.1 504");
        }
      }
      proxy.ahead.addAndGet(Duration.ofSeconds(6).toNanos());
      silent.setSoTimeout(10_000);
      silent.getInputStream().readAllBytes();
      silent.close();
      try (RawClient client = proxy.client()) {
        client.get("/found");
        try (Http2Peer _ =
            new Http2Peer(
                server.accept(), false, stream -> Thread.ofVirtual().start(() -> ok(stream)))) {
          assertThat(client.response()).startsWith("HTTP/1.1 200");
        }
      }
    }
  }

  private static void ok(Http2Peer.Stream stream) {
    try {
      stream.head();
      stream.ok("x");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aQuietConnectionIsClosed() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.pooledIdleTimeout = Duration.ofMillis(100);
    Http2Upstream.Script script = stream -> stream.ok(stream.head().fields());
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = new Proxy(draft.options(), Proxy.rule(Proxy.forwardH2()), upstream.port());
        Http2Peer h2 = new Http2Peer(proxy.port())) {
      assertThat(h2.get("/").response()).contains(":status: 200");
      await().until(() -> upstream.connections.getFirst().ended());
      assertThat(upstream.connections.getFirst().goAways).hasSize(1);
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
      assertThat(h2.get("/").response()).contains(":status: 200");
      assertThat(upstream.connections).hasSize(2);
    }
  }
}
