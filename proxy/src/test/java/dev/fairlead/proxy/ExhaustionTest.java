package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.route.Action;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is used up by some, and what it does to the others. */
@ExtendWith(NoLeaks.class)
class ExhaustionTest {
  private static final int HUGE = 4 << 20;
  private static final int STALLED = 24;

  @Test
  void readersWhoDoNotReadAreCutAndOthersServed() throws Exception {
    String body = "x".repeat(HUGE);
    Upstream.Script script =
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            if (head.startsWith("GET /huge")) {
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + HUGE + "\r\n\r\n");
              connection.write(body);
            } else {
              connection.write(Upstream.ok("small"));
            }
          }
        };
    OptionsDraft draft = new OptionsDraft();
    draft.maxBacklog = 256 * 1024;
    List<RawClient> stalled = new ArrayList<>();
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(draft.options(), upstream.port());
        RawClient healthy = proxy.client()) {
      for (int i = 0; i < STALLED; i++) {
        stalled.add(new RawClient(proxy.port(), 4096).get("/huge"));
      }
      await().until(() -> proxy.server.counters().rejects().getOrDefault("stalled", 0L) > 0);
      for (int i = 0; i < 10; i++) {
        assertThat(healthy.get("/small").response()).endsWith("small");
      }
      healthy.get("/huge");
      assertThat(healthy.head()).contains("" + HUGE);
      assertThat(healthy.in.readNBytes(HUGE)).hasSize(HUGE).containsOnly((byte) 'x');
      assertThat(proxy.server.counters().rejects().get("stalled")).isLessThan(STALLED);
    } finally {
      for (RawClient client : stalled) {
        client.close();
      }
    }
  }

  @Test
  void whereTooManyConnectionsToEndpointsAreOpenTheNextRequestIsRefusedAndTheEndpointNotBlamed()
      throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          while (connection.readHead() != null) {
            go.await();
            connection.write(Upstream.ok("late"));
          }
        };
    OptionsDraft draft = new OptionsDraft();
    draft.maxUpstreamConnections = 2;
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(draft.options(), upstream.port());
        RawClient first = proxy.client();
        RawClient second = proxy.client();
        RawClient third = proxy.client()) {
      first.get("/first");
      second.get("/second");
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 2);
      assertThat(third.get("/third").response())
          .startsWith("HTTP/1.1 503")
          .contains("too many connections to endpoints are open");
      await().until(() -> proxy.log.size() == 1);
      assertThat(proxy.log.getFirst().flags()).isEqualTo("UO");
      assertThat(proxy.server.counters().upstreamConnectionsOpen()).isEqualTo(2);
      go.countDown();
      assertThat(first.response()).endsWith("late");
      assertThat(second.response()).endsWith("late");
      assertThat(third.get("/again").response()).endsWith("late");
      assertThat(proxy.web.endpoints().getFirst().inFlight()).isZero();
    }
  }

  @Test
  void withinFewFilesTheProxyLeavesSomeForAllElse() {
    ProxyOptions few = ProxyOptions.defaults(1).within(1024);
    assertThat(few.maxConnections()).isEqualTo(528);
    assertThat(few.maxUpstreamConnections()).isEqualTo(176);
    assertThat(ProxyOptions.defaults(1).within(Long.MAX_VALUE)).isEqualTo(ProxyOptions.defaults(1));
  }

  @Test
  void aDrainWaitsForALoopThatDoesNotGetToLookAtItsSockets() throws Exception {
    int newcomers = 20;
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ProxyListener holds =
        new ProxyListener() {
          @Override
          public void ended(RequestLog entry) {
            if (entry.target().equals("/hold")) {
              held.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    try (ProxyServer server =
        new ProxyServer(
            Proxy.options(), holds, System::nanoTime, InstantSource.system(), Proxy.RANDOM)) {
      Action reply = new Action.StaticReply(200, List.of(), "x");
      server.apply(Proxy.config(Proxy.rule(reply)), name -> null);
      int port = server.listeners().get("default/gate/http");
      List<RawClient> clients = new ArrayList<>();
      try (RawClient holder = new RawClient(port)) {
        holder.get("/hold");
        held.await();
        for (int i = 0; i < newcomers; i++) {
          clients.add(new RawClient(port).get("/"));
        }
        CompletableFuture<Integer> drained = new CompletableFuture<>();
        Thread drain =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        drained.complete(server.drain(Duration.ofSeconds(60)));
                      } catch (InterruptedException | RuntimeException e) {
                        drained.completeExceptionally(e);
                      }
                    });
        // Whatever it thinks of the queue by now, it waits for the loop.
        await().until(() -> awaits(drain));
        go.countDown();
        for (RawClient client : clients) {
          assertThat(client.response()).startsWith("HTTP/1.1 200");
        }
        for (RawClient client : clients) {
          client.close();
        }
        assertThat(drained.get(30, TimeUnit.SECONDS)).isZero();
      } finally {
        go.countDown();
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }

  private static boolean awaits(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().startsWith("await"));
  }
}
