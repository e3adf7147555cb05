package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.server.ProxyServer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A fault of the proxy's own, planted where it calls others: one connection ends, and it is told.
 */
@ExtendWith(NoLeaks.class)
class FaultTest {
  private static final RuntimeException FAULT = new IllegalStateException("planned by the test");

  private final List<Throwable> told = new CopyOnWriteArrayList<>();

  private ProxyServer server(Proxy routes, Runnable atEnd) throws Exception {
    ProxyListener listener =
        new ProxyListener() {
          @Override
          public void ended(RequestLog entry) {
            atEnd.run();
          }

          @Override
          public void failed(Throwable fault) {
            told.add(fault);
          }
        };
    ProxyServer server =
        new ProxyServer(
            Proxy.options(), listener, System::nanoTime, InstantSource.system(), Proxy.RANDOM);
    server.apply(Proxy.config(Proxy.rule(Proxy.forward())), routes.balancers());
    return server;
  }

  private static RawClient client(ProxyServer server) throws Exception {
    return new RawClient(server.listeners().get("default/gate/http"));
  }

  @Test
  void aPickThatThrowsEndsItsConnectionAndNoOther() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy routes = new Proxy(Proxy.options(), upstream.port())) {
      routes.balancers.put(
          Proxy.WEB,
          request -> {
            if (broken.get()) {
              throw FAULT;
            }
            return routes.web.pick(request);
          });
      try (ProxyServer server = server(routes, () -> {});
          RawClient unlucky = client(server);
          RawClient other = client(server)) {
        assertThat(unlucky.get("/").rest()).isEmpty();
        assertThat(told).containsExactly(FAULT);
        broken.set(false);
        assertThat(other.get("/").response()).endsWith("x");
        await().until(() -> server.counters().requestsInFlight() == 0);
      }
    }
  }

  @Test
  void aLogThatThrowsCostsNoAnswer() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy routes = new Proxy(Proxy.options(), upstream.port());
        ProxyServer server =
            server(
                routes,
                () -> {
                  throw FAULT;
                });
        RawClient client = client(server)) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get("/").response()).endsWith("x");
      }
      await().until(() -> told.size() == 3);
      assertThat(upstream.connections).hasValue(1);
    }
  }
}
