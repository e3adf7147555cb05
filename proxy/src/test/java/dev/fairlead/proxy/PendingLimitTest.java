package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.route.Action;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Protocol;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many requests may wait for a place on a connection. */
@ExtendWith(NoLeaks.class)
class PendingLimitTest {
  private static final String EMPTY_MESSAGE = "0000000000";

  /** To one endpoint; past them nobody's line is relieved by another. */
  private static final int MAX_CONNECTIONS = 8;

  private static Action forward() {
    return new Action.Forward(
        List.of(
            new Action.Backend(
                Optional.of(Proxy.WEB),
                1,
                HeaderEdits.NONE,
                HeaderEdits.NONE,
                Optional.empty(),
                Protocol.H2C)));
  }

  @Test
  void whereTooManyWaitTheNextIsRefusedAtOnceAndTheEndpointIsNotBlamed() throws Exception {
    AtomicReference<String> answer = new AtomicReference<>(EMPTY_MESSAGE);
    List<RawClient> under = new ArrayList<>();
    OptionsDraft draft = new OptionsDraft();
    draft.maxPendingPerEndpoint = 2;
    try (H2cUpstream upstream =
            new H2cUpstream(Http2Settings.defaultSettings().maxConcurrentStreams(1), answer::get);
        Proxy proxy = new Proxy(draft.options(), Proxy.rule(forward()), upstream.port());
        RawClient waiting = proxy.client();
        RawClient alsoWaiting = proxy.client();
        RawClient refused = proxy.client()) {
      // Once it answered, it is known how many streams it takes.
      assertThat(refused.get("/first").response()).startsWith("HTTP/1.1 200");
      answer.set(H2cUpstream.NEVER);
      for (int i = 1; i <= MAX_CONNECTIONS; i++) {
        RawClient each = proxy.client();
        under.add(each);
        each.get("/under-way");
        int asked = 1 + i;
        await().until(() -> upstream.requests.size() == asked);
      }
      waiting.get("/waiting");
      alsoWaiting.get("/also-waiting");
      await().until(() -> proxy.web.endpoints().getFirst().inFlight() == MAX_CONNECTIONS + 2);

      assertThat(refused.get("/refused").response())
          .startsWith("HTTP/1.1 503")
          .contains("too many requests wait");
      await().until(() -> proxy.log.size() == 2);
      assertThat(proxy.log.getLast().flags()).isEqualTo("UO");
      assertThat(proxy.log.getLast().attempts()).isEqualTo(1);
      assertThat(proxy.server.counters().refusals())
          .hasEntrySatisfying(
              Proxy.WEB, counts -> assertThat(counts).containsEntry(Refusal.OVER_LIMIT, 1L));
      assertThat(proxy.web.endpoints().getFirst().failed()).isZero();
      assertThat(upstream.requests).hasSize(1 + MAX_CONNECTIONS);
    }
    for (RawClient each : under) {
      each.close();
    }
  }
}
