package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers of our own to requests whose bodies have not come whole. */
@ExtendWith(NoLeaks.class)
class EarlyReplyTest {
  private static final String HALF_A_POST =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na";
  private static final Duration SHORT = Duration.ofMillis(100);

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aReplyIsSentAtOnceAndTheConnectionServesOnBehindTheBody() throws Exception {
    Upstream.Script hangUp = connection -> connection.readBody(1);
    try (Upstream upstream = new Upstream(hangUp);
        Proxy refused = new Proxy(Proxy.options(), closedPort());
        Proxy hungUp = new Proxy(Proxy.options(), upstream.port())) {
      for (Proxy proxy : new Proxy[] {refused, hungUp}) {
        try (RawClient client = proxy.client()) {
          assertThat(client.send(HALF_A_POST).response()).startsWith("HTTP/1.1 503");
          assertThat(client.send("bcde").get("/").response()).startsWith("HTTP/1.1 503");
        }
      }
    }
  }

  @Test
  void aTimeoutsReplyIsNotCutOffByTheVeryTimeout() throws Exception {
    try (Upstream upstream = new Upstream(connection -> connection.in.readAllBytes());
        Proxy proxy =
            new Proxy(
                Proxy.options(),
                Proxy.rule(Proxy.forward(), SHORT, Duration.ZERO),
                upstream.port());
        RawClient client = proxy.client();
        RawClient other = proxy.client()) {
      assertThat(client.send(HALF_A_POST).response()).startsWith("HTTP/1.1 504");
      // Another timeout of the same length ends later than whatever the first led to.
      assertThat(other.get("/").response()).startsWith("HTTP/1.1 504");
      assertThat(client.send("bcde").get("/").response()).startsWith("HTTP/1.1 504");
    }
  }

  @Test
  void aBodyThatNeverComesWholeIsNotWaitedForForEver() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.bodyIdleTimeout = SHORT;
    ProxyOptions options = draft.options();
    try (Proxy proxy =
            new Proxy(options, Proxy.rule(Proxy.forward(), Duration.ZERO, SHORT), closedPort());
        RawClient client = proxy.client()) {
      client.send(HALF_A_POST);
      await().until(() -> proxy.log.size() == 1);
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
      assertThat(proxy.server.counters().requestsInFlight()).isZero();
    }
  }
}
