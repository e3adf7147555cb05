package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the proxy asks and tells a balancer beside the pick: retries, and reports of load. */
@ExtendWith(NoLeaks.class)
class BalancerQuestionsTest {
  private static final BalancerPolicy DEFAULT = BalancerPolicy.DEFAULT;

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static BalancerPolicy inTurn() {
    return DEFAULT.with(new Algorithm.RoundRobin());
  }

  @Test
  void aSpentBudgetLeavesARequestWithItsFirstAttempt() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options(), closedPort(), closedPort());
        RawClient client = proxy.client()) {
      proxy.web.update(inTurn().with(RetryAllowance.NONE));

      assertThat(client.get("/").response()).startsWith("HTTP/1.1 503").contains("cannot connect");

      assertThat(proxy.log.getFirst().attempts()).isEqualTo(1);
      assertThat(proxy.server.counters().retries()).isZero();
      assertThat(proxy.web.refusedRetries()).isEqualTo(1);
    }
  }

  /** Of five requests that all fail, a budget of a fifth grants the last its retry. */
  @Test
  void eachRequestAddsToTheBudget() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options(), closedPort(), closedPort());
        RawClient client = proxy.client()) {
      proxy.web.update(inTurn().with(new RetryAllowance(0.2, 0, Duration.ofHours(1))));

      for (int i = 0; i < 5; i++) {
        assertThat(client.get("/").response()).startsWith("HTTP/1.1 503");
      }

      assertThat(proxy.web.refusedRetries()).isEqualTo(4);
      assertThat(proxy.server.counters().retries()).isEqualTo(1);
    }
  }

  @Test
  void aPlainFunctionLimitsNoRetry() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("up"));
        Proxy proxy = new Proxy(Proxy.options(), closedPort(), upstream.port());
        RawClient client = proxy.client()) {
      proxy.web.update(inTurn().with(RetryAllowance.NONE));
      proxy.balancers.put(Proxy.WEB, request -> proxy.web.pick(request));
      proxy.apply(Proxy.rule(Proxy.forward()));

      for (int i = 0; i < 2; i++) {
        assertThat(client.get("/").response()).startsWith("HTTP/1.1 200");
      }

      assertThat(proxy.server.counters().retries()).isPositive();
    }
  }

  private static String reporting(String load) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nEndpoint-Load-Metrics: " + load + "\r\n\r\n";
  }

  /** Weights are 100/0.2 to 100/0.8, so the idle one gets 4 of 5, or 2 : 1 where clamped. */
  @Test
  void whatEndpointsReportDecidesUnderThePolicyThatWeighsIt() throws Exception {
    try (Upstream idle =
            Upstream.answering(reporting("TEXT cpu_utilization=0.2, rps_fractional=100"));
        Upstream busy =
            Upstream.answering(
                reporting("JSON {\"cpu_utilization\": 0.8, \"rps_fractional\": 100}"));
        Proxy proxy = new Proxy(Proxy.options(), idle.port(), busy.port());
        RawClient client = proxy.client()) {
      proxy.web.update(
          DEFAULT.with(
              new Algorithm.WrrReported(
                  new LoadWeighting(1, Duration.ZERO, Duration.ofHours(1), Duration.ofNanos(1)))));

      for (int i = 0; i < 300; i++) {
        assertThat(client.get("/").response()).startsWith("HTTP/1.1 200");
      }

      assertThat(idle.heads.size()).isGreaterThan(busy.heads.size() * 3 / 2);
      assertThat(proxy.server.counters().loadReportsBroken()).isZero();
    }
  }

  @Test
  void brokenReportsAreDroppedAndCountedWhereAnybodyWeighsThem() throws Exception {
    try (Upstream upstream = Upstream.answering(reporting("TEXT cpu_utilization=-1"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 200");
      assertThat(proxy.server.counters().loadReportsBroken()).isZero();

      proxy.web.update(DEFAULT.with(Algorithm.WrrReported.DEFAULT));
      assertThat(client.get("/").response()).startsWith("HTTP/1.1 200");
      assertThat(proxy.server.counters().loadReportsBroken()).isEqualTo(1);
    }
  }
}
