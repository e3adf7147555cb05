package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.route.Action;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests sent ahead by a client that does not take their answers yet. */
@ExtendWith(NoLeaks.class)
class PipeliningTest {
  private static final String GET = "GET /ahead HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final long BOUND = 4L * Proxy.options().bodyWindow();

  /** So small that little of what is sent can wait in the kernel. */
  private static final int RECEIVE_BUFFER = 4096;

  @Test
  void ourOwnAnswersAreNotMadeBeforeTheyCanBeSent() throws Exception {
    String body = "x".repeat(64 * 1024);
    Action large = new Action.StaticReply(200, List.of(), body);
    Action small = new Action.StaticReply(200, List.of(), "small");
    try (Proxy proxy = new Proxy(Proxy.options());
        RawClient client = new RawClient(proxy.port(), RECEIVE_BUFFER)) {
      proxy.apply(Proxy.rule("/ahead", large), Proxy.rule(small));
      notAllAtOnce(proxy, client, 1000, 3, body);
    }
  }

  @Test
  void anUpstreamsAnswersAreNotAskedForBeforeTheyCanBeSent() throws Exception {
    // Each comes in one read, so that the upstream need not be held back in the middle of it.
    String body = "x".repeat(1500);
    // Of what cannot be sent yet, the kernel takes megabytes where it has no bound.
    int ahead = Transport.best() == Transport.EPOLL ? 1000 : 8000;
    try (Upstream upstream = Upstream.answering(Upstream.ok(body));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = new RawClient(proxy.port(), RECEIVE_BUFFER)) {
      notAllAtOnce(proxy, client, ahead, ahead, body);
    }
  }

  private static void notAllAtOnce(Proxy proxy, RawClient client, int ahead, int turns, String body)
      throws Exception {
    client.send(GET.repeat(ahead));
    askElsewhere(proxy, turns);
    assertThat(proxy.log.stream().filter(e -> e.target().equals("/ahead")).count())
        .isLessThan(ahead / 2);
    for (int i = 0; i < ahead; i++) {
      assertThat(client.response()).startsWith("HTTP/1.1 200").endsWith(body);
    }
    assertThat(proxy.server.peakBuffered()).isLessThan(BOUND);
  }

  /** Each answer to another client of the same loop is a turn that the loop has taken. */
  private static void askElsewhere(Proxy proxy, int times) throws Exception {
    try (RawClient other = proxy.client()) {
      for (int i = 0; i < times; i++) {
        assertThat(other.get("/").response()).startsWith("HTTP/1.1 200");
      }
    }
  }
}
