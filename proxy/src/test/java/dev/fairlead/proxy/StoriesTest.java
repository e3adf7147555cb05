package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Explanation;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.proxy.observe.AttemptStory;
import dev.fairlead.proxy.observe.ExchangeStory;
import dev.fairlead.proxy.observe.ExchangeStory.Kept;
import dev.fairlead.proxy.observe.Field;
import dev.fairlead.proxy.observe.Tap;
import dev.fairlead.route.Retries;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told of exchanges to those who tap, and what is remembered. */
@ExtendWith(NoLeaks.class)
class StoriesTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";

  /** Takes all, with headers. */
  private static final class Everything implements Tap {
    final List<ExchangeStory> stories = new CopyOnWriteArrayList<>();

    @Override
    public boolean wants(RequestLog entry) {
      return !entry.target().equals("/not-this");
    }

    @Override
    public boolean wantsFields() {
      return true;
    }

    @Override
    public boolean hides(String name) {
      return name.equals("x-token");
    }

    @Override
    public void take(ExchangeStory story) {
      stories.add(story);
    }
  }

  /** Returns once the loop has done what it was told before. */
  private static void settled(Proxy proxy) throws Exception {
    try (RawClient client = proxy.client()) {
      client.get("/settled").response();
    }
  }

  private static ExchangeStory remembered(Proxy proxy, String id) {
    return await()
        .until(
            () ->
                proxy.server.stories().stream()
                    .filter(story -> story.requestId().equals(id))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static String get(String path, String id) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + id + "\r\n\r\n";
  }

  @Test
  void aTapIsToldWithoutSecretsUntilItEnds() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: s3cret\r\nX-Plain: 1\r\n\r\n";
    try (Upstream upstream = Upstream.answering(answer);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      Everything tap = new Everything();
      proxy.server.tap(tap);
      settled(proxy);
      client.send(
          "GET /a HTTP/1.1\r\nHost: x\r\nAuthorization: s3cret\r\nCookie: s3cret\r\n"
              + "Proxy-Authorization: s3cret\r\nX-Token: s3cret\r\nX-Plain: 2\r\n"
              + "traceparent: 00-"
              + ID
              + "-b7ad6b7169203331-01\r\n\r\n");
      client.response();
      client.get("/not-this").response();
      client.get("/b").response();
      await().until(() -> tap.stories.stream().anyMatch(s -> s.target().equals("/b")));
      assertThat(tap.stories).noneMatch(story -> story.target().equals("/not-this"));
      assertThat(tap.stories.toString()).doesNotContain("s3cret");
      ExchangeStory told =
          tap.stories.stream().filter(s -> s.target().equals("/a")).findFirst().orElseThrow();
      assertThat(told.kept()).isEqualTo(Kept.TAPPED);
      assertThat(told.traceId()).isEqualTo(ID);
      assertThat(told.status()).isEqualTo(200);
      assertThat(told.requestFields())
          .contains(new Field("X-Plain", "2"), new Field("X-Token", Field.HIDDEN))
          .contains(new Field("Cookie", Field.HIDDEN), new Field("Authorization", Field.HIDDEN));
      assertThat(told.answerFields())
          .contains(new Field("X-Plain", "1"), new Field("Set-Cookie", Field.HIDDEN));
      assertThat(told.endpoint().orElseThrow().address().port()).isEqualTo(upstream.port());
      proxy.server.untap(tap);
      settled(proxy);
      int before = tap.stories.size();
      client.get("/c").response();
      await().until(() -> proxy.log.getLast().target().equals("/c"));
      assertThat(tap.stories).hasSize(before);
    }
  }

  @Test
  void whatFailedIsRememberedWithItsAttempts() throws Exception {
    String sorry = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    try (Upstream bad = Upstream.answering(sorry);
        Proxy proxy =
            new Proxy(
                Proxy.options(),
                Proxy.rule(new Retries(Set.of(503), 1, Optional.of(Duration.ofMillis(1)))),
                bad.port());
        RawClient client = proxy.client()) {
      client.send(get("/x?token=1", "id-1")).response();
      ExchangeStory story = remembered(proxy, "id-1");
      assertThat(story.kept()).isEqualTo(Kept.FAILED);
      assertThat(story.status()).isEqualTo(503);
      assertThat(story.route()).isEqualTo("default/all/all");
      assertThat(story.matched()).containsExactly("path prefix /");
      assertThat(story.backends())
          .containsExactly(new ExchangeStory.Share(Optional.of(Proxy.WEB), 1));
      assertThat(story.attempts()).extracting(AttemptStory::status).containsExactly(503, 503);
      assertThat(story.attempts())
          .allMatch(a -> a.outcome() == Outcome.OVERLOADED && a.durationNanos() > 0);
      assertThat(story.attempts().get(1).afterNanos())
          .isGreaterThan(story.attempts().get(0).durationNanos());
      // The first request of a loop is always one of those that are written down.
      assertThat(story.picks()).hasSize(2);
      Explanation pick = story.picks().getFirst();
      assertThat(pick.rule()).isEqualTo("next in the weighted sequence");
      assertThat(pick.chosen().orElseThrow().address().port()).isEqualTo(bad.port());
      assertThat(story.requestFields()).isEmpty();
    }
  }

  @Test
  void aRefusedPickIsRememberedWithItsReason() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options());
        RawClient client = proxy.client()) {
      client.send(get("/", "nobody")).response();
      ExchangeStory story = remembered(proxy, "nobody");
      assertThat(story.flags()).isEqualTo("UH");
      assertThat(story.attempts()).isEmpty();
      assertThat(story.picks().getFirst().refusal()).contains(Refusal.NO_ENDPOINT);
    }
  }

  @Test
  void whatIsSlowIsRemembered() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Upstream upstream =
            new Upstream(
                connection -> {
                  String head;
                  while ((head = connection.readHead()) != null) {
                    if (head.contains("GET /slow")) {
                      go.await();
                    }
                    connection.write(Upstream.ok("x"));
                  }
                });
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client();
        RawClient other = proxy.client()) {
      long begun = System.nanoTime();
      // The first is one of those that are written down anyway; the next is not.
      other.get("/").response();
      client.send(get("/slow", "slow-1"));
      await().until(() -> upstream.heads.size() == 2);
      await().until(() -> System.nanoTime() - begun > Duration.ofMillis(1100).toNanos());
      go.countDown();
      client.response();
      ExchangeStory story = remembered(proxy, "slow-1");
      assertThat(story.kept()).isEqualTo(Kept.SLOW);
      assertThat(story.totalNanos()).isGreaterThan(Duration.ofSeconds(1).toNanos());
    }
  }

  @Test
  void whatIsRememberedIsBounded() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 2000; i++) {
        client.get("/" + i).response();
      }
      assertThat(proxy.server.stories().size()).isBetween(1, 2 * 128);
    }
  }
}
