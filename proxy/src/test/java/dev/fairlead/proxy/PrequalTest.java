package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.probe.LoadField;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.probe.ProbePolicy;
import dev.fairlead.route.Action;
import dev.fairlead.route.ConnectionLimits;
import dev.fairlead.route.LoadProbe;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.Treatment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Endpoints that are asked how loaded they are, and who answers. */
@ExtendWith(NoLeaks.class)
class PrequalTest {
  /** So long that no probe on a busy machine is late. */
  private static final Duration PATIENT = Duration.ofSeconds(10);

  private static final BalancerPolicy PREQUAL =
      new BalancerPolicy(
          new Algorithm.Prequal(new ProbePolicy(16, PATIENT, 3, PATIENT, 0.84, 1, 1)),
          LocalityPolicy.DEFAULT);

  private static final Treatment ANSWERED =
      new Treatment(Optional.empty(), true, ConnectionLimits.NONE, Optional.empty());

  private static final LoadProbe PROBE = probe(OptionalInt.empty(), Protocol.HTTP1);

  private static LoadProbe probe(OptionalInt port, Protocol protocol) {
    return new LoadProbe(LoadField.PATH, "shop", port, protocol);
  }

  /** One that says this of its load, as it is. */
  private static Upstream saying(String answer) throws Exception {
    return new Upstream(
        connection -> {
          String head;
          while ((head = connection.readHead()) != null) {
            connection.write(isProbe(head) ? answer : Upstream.ok("served"));
          }
        });
  }

  private static String load(String said) {
    return "HTTP/1.1 204 No Content\r\nX-Fairlead-Load: " + said + "\r\n\r\n";
  }

  private static boolean isProbe(String head) {
    return head.startsWith("GET " + LoadField.PATH + " ");
  }

  private static long served(Upstream upstream) {
    return upstream.heads.stream().filter(head -> !isProbe(head)).count();
  }

  private static long probed(Upstream upstream) {
    return upstream.heads.stream().filter(PrequalTest::isProbe).count();
  }

  private static void prequal(Proxy proxy, LoadProbe probe, Action action) throws Exception {
    proxy.apply(
        new Treatment(Optional.of(probe), false, ConnectionLimits.NONE, Optional.empty()),
        Proxy.rule(action));
    proxy.web.update(PREQUAL);
  }

  /** Sends a request, and lets all probes that it led to come back. */
  private static void get(Proxy proxy, RawClient client) throws Exception {
    assertThat(client.get("/").response()).endsWith("served");
    ProbeCounters counters = proxy.web.probes();
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () ->
                counters.started()
                    == counters.answered()
                        + counters.failed()
                        + counters.timedOut()
                        + counters.implausible());
  }

  @Test
  void theReplicaThatSaysItIsSlowIsPassedOver() throws Exception {
    try (Upstream slow = saying(load("in-flight=9, latency-us=20000000"));
        Upstream a = saying(load("in-flight=2, latency-us=1000"));
        Upstream b = saying(load("in-flight=2, latency-us=1000"));
        Upstream c = saying(load("in-flight=2, latency-us=1000"));
        Proxy proxy = new Proxy(Proxy.options(), slow.port(), a.port(), b.port(), c.port());
        RawClient client = proxy.client()) {
      prequal(proxy, PROBE, Proxy.forward());
      get(proxy, client);
      long before = served(slow);
      for (int i = 0; i < 60; i++) {
        get(proxy, client);
      }
      assertThat(served(slow)).isEqualTo(before);
      assertThat(served(a) + served(b) + served(c)).isBetween(60L, 61L);
      assertThat(probed(slow)).isGreaterThan(20);
      assertThat(proxy.web.probes().answered()).isEqualTo(3 * 61);
      // On kept connections: one for requests, and as many for probes as were there at a time.
      assertThat(slow.connections.get()).isLessThanOrEqualTo(3);
      assertThat(slow.heads).anyMatch(head -> head.contains("host: shop\r\n"));
    }
  }

  @Test
  void anEndpointWithoutAnAnswerIsAskedLessAndGetsItsRequestsAllTheSame() throws Exception {
    try (Upstream one = saying("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
        Upstream other = saying(load("in-flight=1, latency-us=NaN"));
        Proxy proxy = new Proxy(Proxy.options(), one.port(), other.port());
        RawClient client = proxy.client()) {
      prequal(proxy, PROBE, Proxy.forward());
      for (int i = 0; i < 100; i++) {
        get(proxy, client);
      }
      assertThat(served(one)).isPositive();
      assertThat(served(other)).isPositive();
      // Three each, and one more with each second that this may take.
      assertThat(probed(one) + probed(other)).isBetween(6L, 20L);
      assertThat(proxy.web.probes().failed()).isEqualTo(proxy.web.probes().started());
      assertThat(proxy.server.counters().probesHeldBack()).isGreaterThan(150);
    }
  }

  @Test
  void anAnswerThatCannotBeTrueIsCountedAndDropped() throws Exception {
    try (Upstream liar = saying(load("in-flight=0, latency-us=999999999999999"));
        Upstream other = saying(load("in-flight=99999999, latency-us=1"));
        Proxy proxy = new Proxy(Proxy.options(), liar.port(), other.port());
        RawClient client = proxy.client()) {
      prequal(proxy, PROBE, Proxy.forward());
      for (int i = 0; i < 20; i++) {
        get(proxy, client);
      }
      assertThat(proxy.web.probes().implausible()).isEqualTo(40);
    }
  }

  @Test
  void anEndpointThatHangsHoldsFewProbes() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (Upstream hangs =
            new Upstream(
                connection -> {
                  String head;
                  while ((head = connection.readHead()) != null) {
                    if (isProbe(head)) {
                      done.await();
                    }
                    connection.write(Upstream.ok("served"));
                  }
                });
        Upstream other = saying(load("in-flight=1, latency-us=1"));
        Proxy proxy = new Proxy(Proxy.options(), hangs.port(), other.port());
        RawClient client = proxy.client()) {
      prequal(proxy, PROBE, Proxy.forward());
      for (int i = 0; i < 50; i++) {
        assertThat(client.get("/").response()).endsWith("served");
      }
      assertThat(proxy.server.counters().probesHeldBack()).isPositive();
      assertThat(hangs.connections.get()).isLessThanOrEqualTo(9);
      done.countDown();
    }
  }

  @Test
  void aProxyAnswersForTheServiceThatItFronts() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (Upstream app =
            new Upstream(
                connection -> {
                  String head;
                  while ((head = connection.readHead()) != null) {
                    if (head.startsWith("GET /hang")) {
                      done.await();
                    }
                    connection.write(Upstream.ok("served"));
                  }
                });
        Proxy sidecar = new Proxy(Proxy.options(), app.port());
        RawClient client = sidecar.client()) {
      sidecar.apply(ANSWERED, Proxy.rule(Proxy.forward()));
      assertThat(client.get(LoadField.PATH).response())
          .startsWith("HTTP/1.1 204 No Content\r\n")
          .contains("x-fairlead-load: in-flight=0, latency-us=0\r\n");
      client.get("/").response();
      List<RawClient> hanging = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        RawClient each = sidecar.client();
        hanging.add(each);
        each.send("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      await().until(() -> app.heads.size() == 4);
      assertThat(client.get(LoadField.PATH + "?x=1").response())
          .containsPattern("in-flight=3, latency-us=[1-9][0-9]*\r\n");
      hanging.get(0).close();
      await()
          .untilAsserted(
              () -> assertThat(client.get(LoadField.PATH).response()).contains("in-flight=2,"));
      done.countDown();
      assertThat(app.heads).noneMatch(PrequalTest::isProbe);
      assertThat(sidecar.log).noneMatch(entry -> entry.target().contains("well-known"));
      assertThat(sidecar.server.counters().probesAnswered()).isGreaterThan(2);
      for (RawClient each : hanging) {
        each.close();
      }
    }
  }

  @Test
  void overHttp2AndOnAPortOfTheirOwnTheyAreTheSame() throws Exception {
    try (Upstream app = saying("");
        Proxy sidecar = new Proxy(Proxy.options(), app.port());
        Upstream a = Upstream.answering(Upstream.ok("served"));
        Upstream b = Upstream.answering(Upstream.ok("served"));
        Proxy proxy = new Proxy(Proxy.options(), a.port(), b.port());
        RawClient client = proxy.client()) {
      sidecar.apply(ANSWERED, Proxy.rule(Proxy.forward()));
      prequal(proxy, probe(OptionalInt.of(sidecar.port()), Protocol.H2C), Proxy.forward());
      for (int i = 0; i < 10; i++) {
        get(proxy, client);
      }
      assertThat(proxy.web.probes().answered()).isEqualTo(20);
      assertThat(sidecar.server.counters().probesAnswered()).isEqualTo(20);
      assertThat(sidecar.server.counters().clientConnections()).isEqualTo(1);
      assertThat(app.heads).isEmpty();
    }
  }
}
