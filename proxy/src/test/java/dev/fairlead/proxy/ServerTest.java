package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.route.RouteConfig;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Listeners, bounds, reloads and the end. */
@ExtendWith(NoLeaks.class)
class ServerTest {
  private static final int MIB = 1 << 20;

  @Test
  void aSlowReaderHoldsItsUpstreamBackAndNotInMemory() throws Exception {
    byte[] block = new byte[MIB];
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + 64 * MIB + "\r\n\r\n");
          for (int i = 0; i < 64; i++) {
            connection.out.write(block);
          }
          connection.readHead();
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port(), 4096)) {
      client.get("/").head();
      // Reading begins only once the proxy is full.
      await().until(() -> proxy.server.peakBuffered() > 0);
      client.in.skipNBytes(64L * MIB);
      int window = Proxy.options().bodyWindow();
      assertThat(proxy.server.peakBuffered()).isBetween((long) window, window + 2L * 65536);
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().responseBytes()).isEqualTo(64L * MIB);
    }
  }

  @Test
  void aSlowUpstreamHoldsItsClientBackAndNotInMemory() throws Exception {
    CountDownLatch full = new CountDownLatch(1);
    AtomicLong read = new AtomicLong();
    Upstream.Script script =
        connection -> {
          connection.readHead();
          full.await();
          InputStream in = connection.in;
          while (read.get() < 64L * MIB) {
            read.addAndGet(in.skip(MIB));
          }
          connection.write(Upstream.ok("done"));
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 67108864\r\n\r\n");
                      byte[] block = new byte[MIB];
                      for (int i = 0; i < 64; i++) {
                        client.socket.getOutputStream().write(block);
                      }
                    } catch (java.io.IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      await().until(() -> proxy.server.peakBuffered() > 0);
      full.countDown();
      assertThat(client.response()).endsWith("done");
      sender.join();
      int window = Proxy.options().bodyWindow();
      assertThat(proxy.server.peakBuffered()).isBetween((long) window, window + 2L * 65536);
    }
  }

  @Test
  void aReloadUnderLoadLosesNothing() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(ProxyOptions.defaults(2), upstream.port())) {
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger good = new AtomicInteger();
      List<Throwable> bad = new java.util.concurrent.CopyOnWriteArrayList<>();
      int port = proxy.port();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        threads.add(Thread.ofVirtual().start(() -> load(port, stop, good, bad)));
      }
      for (int i = 0; i < 100; i++) {
        int before = good.get();
        proxy.apply(Proxy.rule(Proxy.forward()));
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> good.get() > before || !bad.isEmpty());
      }
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(bad).isEmpty();
      assertThat(proxy.port()).isEqualTo(port);
    }
  }

  private static void load(int port, AtomicBoolean stop, AtomicInteger good, List<Throwable> bad) {
    try {
      while (!stop.get()) {
        try (RawClient client = new RawClient(port)) {
          for (int i = 0; i < 10; i++) {
            assertThat(client.get("/").response()).startsWith("HTTP/1.1 200").endsWith("x");
            good.incrementAndGet();
          }
        }
      }
    } catch (Throwable e) {
      bad.add(e);
    }
  }

  @Test
  void aDrainEndsWhatIsUnderWayAndRefusesTheRest() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          connection.readHead();
          answer.await();
          connection.write(Upstream.ok("late"));
          connection.readHead();
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient busy = proxy.client();
        RawClient idle = proxy.client()) {
      busy.get("/");
      await().until(() -> !upstream.heads.isEmpty());
      int port = proxy.port();
      AtomicInteger cut = new AtomicInteger(-1);
      Thread drain = Thread.ofVirtual().start(() -> cut.set(drain(proxy, Duration.ofSeconds(10))));
      assertThat(idle.ended()).isTrue();
      assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(java.net.ConnectException.class);
      answer.countDown();
      assertThat(busy.rest()).containsIgnoringCase("connection: close").endsWith("late");
      busy.close();
      idle.close();
      drain.join();
      assertThat(cut).hasValue(0);
    }
  }

  @Test
  void aDrainCutsWhatOutlastsItsGrace() throws Exception {
    try (Upstream upstream = new Upstream(c -> c.in.readAllBytes());
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient busy = proxy.client()) {
      busy.get("/");
      await().until(() -> proxy.server.counters().requestsInFlight() == 1);
      assertThat(drain(proxy, Duration.ofMillis(50))).isEqualTo(1);
    }
  }

  private static int drain(Proxy proxy, Duration grace) {
    try {
      return proxy.server.drain(grace);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTakenPortLeavesTheOldConfigurationInForce() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        ServerSocket stranger = new ServerSocket(0);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      RouteConfig taken =
          new RouteConfig(
              List.of(Proxy.listener("default/gate/new", "0.0.0.0", stranger.getLocalPort())));
      assertThatThrownBy(() -> proxy.server.apply(taken, proxy.balancers()))
          .isInstanceOf(ProxyServer.BindException.class)
          .hasMessageContaining("port " + stranger.getLocalPort());
      assertThat(proxy.server.listeners()).containsOnlyKeys("default/gate/http");
      assertThat(client.get("/").response()).endsWith("x");
    }
  }

  @Test
  void connectionsOverTheLimitAreRefusedAndCounted() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.maxConnections = 1;
    ProxyOptions options = draft.options();
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(options, upstream.port());
        RawClient first = proxy.client()) {
      assertThat(first.get("/").response()).endsWith("x");
      try (RawClient second = proxy.client()) {
        assertThat(second.ended()).isTrue();
      }
      assertThat(proxy.server.counters().rejects()).containsEntry("max_connections", 1L);
      first.close();
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
      try (RawClient third = proxy.client()) {
        assertThat(third.get("/").response().getBytes(StandardCharsets.ISO_8859_1)).isNotEmpty();
      }
    }
  }
}
