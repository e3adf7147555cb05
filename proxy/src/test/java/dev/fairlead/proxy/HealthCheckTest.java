package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.proxy.check.CheckCounters;
import dev.fairlead.route.Credentials;
import dev.fairlead.route.HealthCheck;
import dev.fairlead.route.HealthCheck.Probe;
import dev.fairlead.route.HealthCheck.Statuses;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Endpoints that are asked whether they are well, and what follows for requests. */
@ExtendWith(NoLeaks.class)
class HealthCheckTest {
  private static final Duration TIMEOUT = Duration.ofMillis(200);
  private static final Probe READY =
      new Probe.Http("/ready?deep=1", "shop", List.of(new Statuses(200, 299)));
  private static final String SORRY = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";

  /** Answers checks as it is told, and all else with 200. */
  private static Upstream asTold(AtomicReference<String> health) throws Exception {
    return new Upstream(
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            connection.write(head.contains("/ready") ? health.get() : Upstream.ok("served"));
          }
        });
  }

  private static ActiveCheckPolicy every(Duration interval) {
    return new ActiveCheckPolicy(interval, 0, 1, 1, interval.multipliedBy(100));
  }

  private static void check(Proxy proxy, Probe probe, Protocol protocol, Duration interval)
      throws Exception {
    proxy.web.update(
        new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT)
            .with(every(interval)));
    apply(proxy, probe, protocol);
  }

  private static void apply(Proxy proxy, Probe probe, Protocol protocol) throws Exception {
    apply(proxy, probe, OptionalInt.empty(), protocol);
  }

  private static void apply(Proxy proxy, Probe probe, OptionalInt port, Protocol protocol)
      throws Exception {
    RouteConfig plain = Proxy.config(Proxy.rule(Proxy.forward()));
    proxy.server.apply(
        new RouteConfig(
            plain.listeners(),
            plain.tunnels(),
            plain.upstreams(),
            new TreeMap<>(Map.of(Proxy.WEB, new HealthCheck(probe, port, protocol, TIMEOUT))),
            Credentials.NONE),
        proxy.balancers());
  }

  private static void awaitState(Proxy proxy, int endpoint, EndpointReport.State state) {
    await().until(() -> proxy.web.endpoints().get(endpoint).state() == state);
  }

  private static CheckCounters.Sums sums(Proxy proxy) {
    return Objects.requireNonNull(proxy.server.counters().checks().get(Proxy.WEB));
  }

  @Test
  void anEndpointThatSaysItIsUnwellGetsNoRequestsUntilItIsWell() throws Exception {
    AtomicReference<String> health = new AtomicReference<>(SORRY);
    try (Upstream unwell = asTold(health);
        Upstream well = asTold(new AtomicReference<>(Upstream.ok("")));
        Proxy proxy = new Proxy(Proxy.options(), unwell.port(), well.port());
        RawClient client = proxy.client()) {
      check(proxy, READY, Protocol.HTTP1, Duration.ofMillis(20));
      awaitState(proxy, 0, EndpointReport.State.UNHEALTHY);
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/" + i).response()).endsWith("served");
      }
      assertThat(unwell.heads).allMatch(head -> head.startsWith("GET /ready?deep=1 HTTP/1.1\r\n"));
      assertThat(unwell.heads.getFirst())
          .contains("host: shop\r\n")
          .doesNotContainIgnoringCase("forwarded");
      // On one connection, as all that was asked was answered.
      assertThat(unwell.connections).hasValue(1);

      health.set(Upstream.ok("well"));
      awaitState(proxy, 0, EndpointReport.State.READY);
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/" + i).response()).endsWith("served");
      }
      assertThat(unwell.heads).anyMatch(head -> !head.contains("/ready"));
      assertThat(sums(proxy).failed()).isPositive();
      assertThat(sums(proxy).passed()).isPositive();
    }
  }

  @Test
  void statusesThatThePolicyNamesAreGoodAndNoOthers() throws Exception {
    Probe probe = new Probe.Http("/ready", "x", List.of(new Statuses(503, 503)));
    try (Upstream sorry = asTold(new AtomicReference<>(SORRY));
        Upstream fine = asTold(new AtomicReference<>(Upstream.ok("")));
        Proxy proxy = new Proxy(Proxy.options(), sorry.port(), fine.port())) {
      check(proxy, probe, Protocol.HTTP1, Duration.ofMillis(20));
      awaitState(proxy, 1, EndpointReport.State.UNHEALTHY);
      assertThat(proxy.web.endpoints().get(0).state()).isEqualTo(EndpointReport.State.READY);
    }
  }

  @Test
  void anEndpointThatAcceptsAndHangsFailsByTimeout() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (Upstream hangs =
            new Upstream(
                connection -> {
                  connection.readHead();
                  done.await();
                });
        Proxy proxy = new Proxy(Proxy.options(), hangs.port())) {
      check(proxy, READY, Protocol.HTTP1, Duration.ofMinutes(1));
      awaitState(proxy, 0, EndpointReport.State.UNHEALTHY);
      assertThat(sums(proxy)).isEqualTo(new CheckCounters.Sums(0, 0, 1));
      done.countDown();
    }
  }

  @Test
  void garbageIsNoGoodAnswer() throws Exception {
    try (Upstream garbage = Upstream.answering("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n");
        Proxy proxy = new Proxy(Proxy.options(), garbage.port())) {
      check(proxy, READY, Protocol.HTTP1, Duration.ofMinutes(1));
      awaitState(proxy, 0, EndpointReport.State.UNHEALTHY);
    }
  }

  @Test
  void aConnectionThatOpensIsEnoughForTcp() throws Exception {
    int nobody;
    try (Upstream gone = Upstream.answering("")) {
      nobody = gone.port();
    }
    try (Upstream silent = Upstream.answering("");
        Proxy proxy = new Proxy(Proxy.options(), silent.port(), nobody)) {
      check(proxy, new Probe.Tcp(), Protocol.HTTP1, Duration.ofMinutes(1));
      awaitState(proxy, 1, EndpointReport.State.UNHEALTHY);
      await().until(() -> sums(proxy).equals(new CheckCounters.Sums(1, 1, 0)));
      assertThat(proxy.web.endpoints().get(0).state()).isEqualTo(EndpointReport.State.READY);
    }
  }

  @Test
  void aPortOfItsOwnIsAskedInPlaceOfTheOneOfRequests() throws Exception {
    try (Upstream server = asTold(new AtomicReference<>(Upstream.ok("")));
        Upstream sorry = asTold(new AtomicReference<>(SORRY));
        Proxy proxy = new Proxy(Proxy.options(), server.port())) {
      proxy.web.update(
          new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT)
              .with(every(Duration.ofMinutes(1))));
      apply(proxy, READY, OptionalInt.of(sorry.port()), Protocol.HTTP1);
      awaitState(proxy, 0, EndpointReport.State.UNHEALTHY);
      assertThat(server.heads).isEmpty();
      assertThat(sorry.heads).hasSize(1);
    }
  }

  @Test
  void eachEndpointIsAskedOnceWhateverTheLoopsAndWhatIsKnownOutlivesAReload() throws Exception {
    AtomicReference<String> health = new AtomicReference<>(SORRY);
    try (Upstream unwell = asTold(health);
        Proxy proxy = new Proxy(ProxyOptions.defaults(4), unwell.port())) {
      check(proxy, READY, Protocol.HTTP1, Duration.ofMinutes(10));
      awaitState(proxy, 0, EndpointReport.State.UNHEALTHY);
      health.set(Upstream.ok(""));
      for (int i = 0; i < 3; i++) {
        apply(proxy, READY, Protocol.HTTP1);
      }
      assertThat(proxy.web.endpoints().getFirst().state())
          .isEqualTo(EndpointReport.State.UNHEALTHY);
      assertThat(unwell.heads).hasSize(1);
      assertThat(sums(proxy)).isEqualTo(new CheckCounters.Sums(0, 1, 0));
    }
  }

  @Test
  void aServersStatusIsAskedByGrpc() throws Exception {
    AtomicReference<String> answer = new AtomicReference<>("00000000020802");
    try (H2cUpstream server = new H2cUpstream(answer::get);
        Proxy proxy = new Proxy(Proxy.options(), server.port())) {
      check(proxy, new Probe.Grpc("shop.Shop", "shop"), Protocol.H2C, Duration.ofMillis(20));
      awaitState(proxy, 0, EndpointReport.State.UNHEALTHY);
      answer.set("00000000020801");
      awaitState(proxy, 0, EndpointReport.State.READY);
      assertThat(server.requests.getFirst())
          .isEqualTo(
              "POST /grpc.health.v1.Health/Check application/grpc trailers 200m"
                  + " 000000000b0a0973686f702e53686f70");
      answer.set("");
      awaitState(proxy, 0, EndpointReport.State.UNHEALTHY);
    }
  }

  @Test
  void overHttp2ItIsTheSameRequest() throws Exception {
    AtomicReference<String> answer = new AtomicReference<>("");
    try (H2cUpstream server = new H2cUpstream(answer::get);
        Proxy proxy = new Proxy(Proxy.options(), server.port())) {
      check(proxy, READY, Protocol.H2C, Duration.ofMillis(20));
      await().until(() -> sums(proxy).passed() > 1);
      assertThat(server.requests.getFirst()).startsWith("GET /ready?deep=1 ");
    }
  }
}
