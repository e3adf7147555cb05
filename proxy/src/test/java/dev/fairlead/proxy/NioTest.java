package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.proxy.tls.TlsProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The transport of machines where epoll's native part does not load. */
@ExtendWith(NoLeaks.class)
class NioTest {
  private static ProxyServer server(Proxy routes) throws Exception {
    ProxyServer server =
        new ProxyServer(
            Proxy.options(),
            routes,
            System::nanoTime,
            InstantSource.system(),
            Proxy.RANDOM,
            java.util.Optional.empty(),
            Transport.NIO,
            TlsProvider.best());
    server.apply(Proxy.config(Proxy.rule(Proxy.forward())), routes.balancers());
    return server;
  }

  private static RawClient client(ProxyServer server) throws Exception {
    return new RawClient(server.listeners().get("default/gate/http"));
  }

  @Test
  void bodiesPassBothWaysOnKeptConnections() throws Exception {
    byte[] random = new byte[300_000];
    ThreadLocalRandom.current().nextBytes(random);
    String body = new String(random, java.nio.charset.StandardCharsets.ISO_8859_1);
    Upstream.Script echo =
        connection -> {
          while (connection.readHead() != null) {
            connection.readBody(body.length());
            connection.write(Upstream.ok(body));
          }
        };
    try (Upstream upstream = new Upstream(echo);
        Proxy routes = new Proxy(Proxy.options(), upstream.port());
        ProxyServer server = server(routes);
        RawClient client = client(server)) {
      for (int i = 0; i < 5; i++) {
        client.send(
            "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        assertThat(client.response()).endsWith("\r\n\r\n" + body);
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void aRefusedConnectIsRetriedElsewhere() throws Exception {
    int dead;
    try (Upstream closed = Upstream.answering("")) {
      dead = closed.port();
    }
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy routes = new Proxy(Proxy.options(), dead, upstream.port());
        ProxyServer server = server(routes);
        RawClient client = client(server)) {
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/").response()).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void aPeerThatResetsIsNoLeak() throws Exception {
    try (Upstream upstream = new Upstream(Upstream.Connection::reset);
        Proxy routes = new Proxy(Proxy.options(), upstream.port());
        ProxyServer server = server(routes);
        RawClient client = client(server)) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
      client.socket.setSoLinger(true, 0);
      client.close();
      await().until(() -> server.counters().clientConnectionsOpen() == 0);
      await().until(() -> server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void aDrainEndsWithoutCuttingAnythingOff() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy routes = new Proxy(Proxy.options(), upstream.port());
        ProxyServer server = server(routes);
        RawClient client = client(server)) {
      assertThat(client.get("/").response()).endsWith("x");
      assertThat(server.drain(Duration.ofSeconds(5))).isZero();
      assertThat(client.ended()).isTrue();
    }
  }
}
