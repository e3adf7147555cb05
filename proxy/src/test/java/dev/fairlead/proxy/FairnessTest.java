package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.route.Action;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What waits while a loop is busy, as at a cold start, and in which order it is taken up. */
@ExtendWith(NoLeaks.class)
class FairnessTest {
  private static final Action STATIC = new Action.StaticReply(200, List.of(), "x");

  /** Holds the loop that logs a request for {@code /hold} until it is let go. */
  private static final class Hold implements ProxyListener {
    final CountDownLatch held = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    final AtomicLong connectionsAtFirstAnswer = new AtomicLong(-1);
    volatile ProxyServer server;

    @Override
    public void ended(RequestLog entry) {
      if (entry.target().equals("/hold")) {
        held.countDown();
        try {
          go.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      } else {
        connectionsAtFirstAnswer.compareAndSet(-1, server.counters().clientConnections());
      }
    }
  }

  @Test
  void allWhoWaitAreAcceptedBeforeAnyIsServed() throws Exception {
    int newcomers = 100;
    Hold hold = new Hold();
    try (ProxyServer server =
        new ProxyServer(
            Proxy.options(), hold, System::nanoTime, InstantSource.system(), Proxy.RANDOM)) {
      hold.server = server;
      server.apply(Proxy.config(Proxy.rule(STATIC)), name -> null);
      int port = server.listeners().get("default/gate/http");
      List<RawClient> clients = new ArrayList<>();
      try (RawClient holder = new RawClient(port)) {
        holder.get("/hold");
        hold.held.await();
        for (int i = 0; i < newcomers; i++) {
          clients.add(new RawClient(port).get("/"));
        }
        hold.go.countDown();
        for (RawClient client : clients) {
          assertThat(client.response()).startsWith("HTTP/1.1 200");
        }
      }
      assertThat(hold.connectionsAtFirstAnswer).hasValue(newcomers + 1);
      for (RawClient client : clients) {
        client.close();
      }
      await().until(() -> server.counters().clientConnectionsOpen() == 0);
    }
  }

  @Test
  void bytesThatComeWithTheAnswerAheadOfThemStayInOrder() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    Upstream.Script script =
        connection -> {
          connection.readHead();
          answer.await();
          connection.write(Upstream.ok("first"));
          answered.countDown();
          connection.readHead();
          connection.write(Upstream.ok("second"));
          connection.readHead();
        };
    Hold hold = new Hold();
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        ProxyServer server =
            new ProxyServer(
                Proxy.options(), hold, System::nanoTime, InstantSource.system(), Proxy.RANDOM)) {
      hold.server = server;
      server.apply(
          Proxy.config(Proxy.rule("/hold", STATIC), Proxy.rule(Proxy.forward())),
          proxy.balancers());
      int port = server.listeners().get("default/gate/http");
      try (RawClient client = new RawClient(port);
          RawClient holder = new RawClient(port)) {
        client.get("/1").send("GET /2 HTTP/1.1\r\nHo");
        await().until(() -> !upstream.heads.isEmpty());
        holder.get("/hold");
        hold.held.await();
        // The answer first, then the rest of the second head: the loop finds both at once.
        answer.countDown();
        answered.await();
        client.send("st: x\r\n\r\n");
        hold.go.countDown();
        assertThat(client.response()).startsWith("HTTP/1.1 200").endsWith("first");
        assertThat(client.response()).startsWith("HTTP/1.1 200").endsWith("second");
      }
    }
  }
}
