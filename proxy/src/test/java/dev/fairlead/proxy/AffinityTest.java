package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.hash.XxHash64;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.route.Action;
import dev.fairlead.route.Affinity;
import dev.fairlead.route.HeaderEdits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The key of a request, as the balancer is told of it. */
@ExtendWith(NoLeaks.class)
class AffinityTest {
  private static final ServiceName OTHER = new ServiceName("default", "other");

  /** What each pick was told: the hash, or none. */
  private final List<Optional<Long>> told = new CopyOnWriteArrayList<>();

  private static Action to(ServiceName service, Optional<Affinity> affinity) {
    return new Action.Forward(
        List.of(
            new Action.Backend(
                Optional.of(service), 1, HeaderEdits.NONE, HeaderEdits.NONE, affinity)));
  }

  private static Action to(Affinity affinity) {
    return to(Proxy.WEB, Optional.of(affinity));
  }

  /** Makes the services' balancers tell what they are told. */
  private void record(Proxy proxy) {
    for (ServiceName service : List.of(Proxy.WEB, OTHER)) {
      proxy.balancers.put(
          service,
          request -> {
            note(request);
            return proxy.web.pick(request);
          });
    }
  }

  private void note(Request request) {
    told.add(request.hasAffinity() ? Optional.of(request.affinity()) : Optional.empty());
  }

  private static Optional<Long> hash(String key) {
    return Optional.of(XxHash64.hash(key, 0));
  }

  @Test
  void theSameKeyIsTheSameAffinityOnAnyConnectionAndNoKeyIsNone() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient one = proxy.client();
        RawClient two = proxy.client()) {
      record(proxy);
      proxy.apply(Proxy.rule(to(new Affinity.Cookie("sid"))));
      String withKey = "GET /%s HTTP/1.1\r\nHost: x\r\nCookie: a=b; sid=%s\r\n\r\n";
      one.send(withKey.formatted("a", "alice")).response();
      // The exchange behind these is the first one's, used again.
      one.get("/none").response();
      one.send(withKey.formatted("b", "bob")).response();
      two.send(withKey.formatted("c", "alice")).response();
      two.send("GET / HTTP/1.1\r\nHost: x\r\nCookie: sid=; sid=bob\r\n\r\n").response();
      assertThat(told)
          .containsExactly(
              hash("alice"), Optional.empty(), hash("bob"), hash("alice"), Optional.empty());
      assertThat(proxy.log).hasSize(5).allMatch(entry -> entry.status() == 200);
    }
  }

  @Test
  void eachBackendHasItsOwnKeyOrNone() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      record(proxy);
      proxy.apply(
          Proxy.rule("/header", to(new Affinity.Header("X-User"))),
          Proxy.rule("/query", to(new Affinity.Query("user"))),
          Proxy.rule("/grpc", to(new Affinity.GrpcMetadata("tenant"))),
          Proxy.rule("/source", to(new Affinity.SourceAddress())),
          Proxy.rule("/other", to(OTHER, Optional.empty())));
      for (String path : List.of("/header", "/query", "/grpc", "/source", "/other")) {
        client
            .send(
                "POST "
                    + path
                    + "?a=b&user=q HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nX-Forwarded-For: 9.9.9.9"
                    + "\r\nx-USER: h\r\nX-User: second\r\nTenant: t\r\n\r\n")
            .response();
      }
      assertThat(told)
          .containsExactly(hash("h"), hash("q"), hash("t"), hash("127.0.0.1"), Optional.empty());
    }
  }

  @Test
  void aRetryIsPickedByTheSameKey() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), closedPort(), upstream.port());
        RawClient client = proxy.client()) {
      record(proxy);
      proxy.apply(Proxy.rule(to(new Affinity.Header("x-user"))));
      for (int i = 0; i < 2; i++) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\nX-User: alice\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200");
      }
      assertThat(proxy.server.counters().retries()).isPositive();
      assertThat(told)
          .hasSize(2 + (int) proxy.server.counters().retries())
          .containsOnly(hash("alice"));
    }
  }

  /** A port on which nothing listens. */
  private static int closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      return socket.getLocalPort();
    }
  }

  @Test
  void aHugeCookieLineIsLookedThroughAndABrokenHeadIsNot() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      record(proxy);
      proxy.apply(Proxy.rule(to(new Affinity.Cookie("sid"))));
      String junk = "sid;=;\"sid=\";".repeat(1500);
      client.send("GET / HTTP/1.1\r\nHost: x\r\nCookie: " + junk + "sid=1\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200");
      client.send("GET / HTTP/1.1\r\nHost: x\r\nCookie: sid=1\0\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 400");
      assertThat(told).containsExactly(hash("1"));
    }
  }
}
