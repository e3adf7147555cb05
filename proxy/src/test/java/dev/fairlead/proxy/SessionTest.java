package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.route.Action;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Match;
import dev.fairlead.route.Persistence;
import dev.fairlead.route.Rewrite;
import dev.fairlead.route.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that come back to the endpoint that answered them. */
@ExtendWith(NoLeaks.class)
class SessionTest {
  private static final Pattern COOKIE = Pattern.compile("set-cookie: (sid=([0-9a-f]{48}))([^\r]*)");

  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private final InstantSource wall = () -> now;

  private static Persistence cookie(Duration absolute, Duration idle, boolean permanent) {
    return new Persistence(Persistence.Kind.COOKIE, "sid", absolute, idle, permanent);
  }

  private static Rule rule(String prefix, Action action, Persistence persistence) {
    Match match =
        new Match(
            new Match.PathMatch(Match.PathMatch.Kind.PREFIX, prefix),
            Optional.empty(),
            List.of(),
            List.of());
    return new Rule(
        "",
        List.of(match),
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        Rewrite.NONE,
        List.of(),
        Optional.empty(),
        action,
        Duration.ZERO,
        Duration.ZERO,
        Optional.empty(),
        Optional.of(persistence));
  }

  private Proxy proxy(Rule rule, int... ports) throws Exception {
    return new Proxy(Proxy.options(), wall, rule, ports);
  }

  private static String ask(RawClient client, String header) throws Exception {
    return client.send("GET /shop HTTP/1.1\r\nHost: x\r\n" + header + "\r\n").response();
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static Matcher given(String answer) {
    Matcher cookie = COOKIE.matcher(answer);
    assertThat(cookie.find()).as(answer).isTrue();
    return cookie;
  }

  @Test
  void aCookieLeadsBackToItsEndpointAndSaysNothingOfItsAddress() throws Exception {
    try (Upstream one = Upstream.answering(Upstream.ok("1"));
        Upstream two = Upstream.answering(Upstream.ok("2"));
        Upstream three = Upstream.answering(Upstream.ok("3"));
        Proxy proxy =
            proxy(
                rule("/shop", Proxy.forward(), cookie(Duration.ZERO, Duration.ZERO, false)),
                one.port(),
                two.port(),
                three.port());
        RawClient client = proxy.client()) {
      Set<String> first = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        String answer = ask(client, "");
        Matcher cookie = given(answer);
        assertThat(cookie.group(3)).isEqualTo("; Path=/shop; HttpOnly");
        first.add(body(answer));
        for (int again = 0; again < 4; again++) {
          String next = ask(client, "Cookie: a=b; " + cookie.group(1) + "\r\n");
          assertThat(body(next)).isEqualTo(body(answer));
          assertThat(next).doesNotContain("set-cookie");
        }
      }
      assertThat(first).hasSize(3);
    }
  }

  @Test
  void aHeaderDoesAsWell() throws Exception {
    Persistence header =
        new Persistence(Persistence.Kind.HEADER, "X-Session", Duration.ZERO, Duration.ZERO, false);
    try (Upstream one = Upstream.answering(Upstream.ok("1"));
        Upstream two = Upstream.answering(Upstream.ok("2"));
        Proxy proxy = proxy(rule("/", Proxy.forward(), header), one.port(), two.port());
        RawClient client = proxy.client()) {
      String answer = ask(client, "");
      Matcher token = Pattern.compile("X-Session: ([0-9a-f]{48})\r\n").matcher(answer);
      assertThat(token.find()).isTrue();
      for (int i = 0; i < 4; i++) {
        assertThat(body(ask(client, "x-session: " + token.group(1) + "\r\n")))
            .isEqualTo(body(answer));
      }
    }
  }

  @Test
  void whoseEndpointIsGoneGetsAnotherAndANewCookie() throws Exception {
    try (Upstream one = Upstream.answering(Upstream.ok("1"));
        Upstream two = Upstream.answering(Upstream.ok("2"));
        Proxy proxy =
            proxy(
                rule("/", Proxy.forward(), cookie(Duration.ZERO, Duration.ZERO, false)),
                one.port());
        RawClient client = proxy.client()) {
      String before = given(ask(client, "")).group(1);
      proxy.endpoints(two.port());
      String answer = ask(client, "Cookie: " + before + "\r\n");
      assertThat(body(answer)).isEqualTo("2");
      assertThat(given(answer).group(1)).isNotEqualTo(before);
    }
  }

  @Test
  void anEndpointThatFailsIsLeftForAnother() throws Exception {
    try (Upstream stays = Upstream.answering(Upstream.ok("stays"))) {
      Upstream goes = Upstream.answering(Upstream.ok("goes"));
      try (goes;
          Proxy proxy =
              proxy(
                  rule("/", Proxy.forward(), cookie(Duration.ZERO, Duration.ZERO, false)),
                  goes.port());
          RawClient client = proxy.client()) {
        String bound = given(ask(client, "")).group(1);
        proxy.endpoints(goes.port(), stays.port());
        goes.close();
        String answer = ask(client, "Cookie: " + bound + "\r\n");
        assertThat(body(answer)).isEqualTo("stays");
        assertThat(given(answer).group(1)).isNotEqualTo(bound);
      }
    }
  }

  @Test
  void tokensThatCannotBeReadAreNone() throws Exception {
    try (Upstream one = Upstream.answering(Upstream.ok("1"));
        Proxy proxy =
            proxy(
                rule("/", Proxy.forward(), cookie(Duration.ZERO, Duration.ZERO, false)),
                one.port());
        RawClient client = proxy.client()) {
      for (String token :
          List.of("", "x", "0".repeat(47), "0".repeat(49), "g".repeat(48), "f".repeat(48))) {
        String answer = ask(client, "Cookie: sid=" + token + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(given(answer).group(2)).isNotEqualTo(token);
      }
    }
  }

  @Test
  void aSessionEndsAfterItsAbsoluteTimeoutAndAPermanentCookieSaysSo() throws Exception {
    try (Upstream one = Upstream.answering(Upstream.ok("1"));
        Proxy proxy =
            proxy(
                rule("/", Proxy.forward(), cookie(Duration.ofHours(1), Duration.ZERO, true)),
                one.port());
        RawClient client = proxy.client()) {
      Matcher cookie = given(ask(client, ""));
      assertThat(cookie.group(3)).contains("; Max-Age=3600");
      String header = "Cookie: " + cookie.group(1) + "\r\n";
      now = now.plusSeconds(3599);
      assertThat(ask(client, header)).doesNotContain("set-cookie");
      now = now.plusSeconds(1);
      assertThat(given(ask(client, header)).group(1)).isNotEqualTo(cookie.group(1));
    }
  }

  @Test
  void aSessionEndsWhenItWasIdleForTooLongAndEachAnswerKeepsItAlive() throws Exception {
    Persistence both = cookie(Duration.ofMinutes(3), Duration.ofMinutes(1), false);
    try (Upstream one = Upstream.answering(Upstream.ok("1"));
        Upstream two = Upstream.answering(Upstream.ok("2"));
        Proxy proxy = proxy(rule("/", Proxy.forward(), both), one.port(), two.port());
        RawClient client = proxy.client()) {
      String answer = ask(client, "");
      String begun = given(answer).group(2).substring(32, 40);
      String token = given(answer).group(1);
      for (int i = 0; i < 3; i++) {
        now = now.plusSeconds(59);
        String next = ask(client, "Cookie: " + token + "\r\n");
        assertThat(body(next)).isEqualTo(body(answer));
        assertThat(given(next).group(2).substring(32, 40)).isEqualTo(begun);
        token = given(next).group(1);
      }
      now = now.plusSeconds(3);
      String ended = given(ask(client, "Cookie: " + token + "\r\n")).group(2);
      assertThat(ended.substring(32, 40)).as("of the next session").isNotEqualTo(begun);
    }
  }

  @Test
  void aHeaderThatIsTheProxysOwnIsRefusedWithTheConfiguration() throws Exception {
    Persistence own =
        new Persistence(
            Persistence.Kind.HEADER, "Transfer-Encoding", Duration.ZERO, Duration.ZERO, false);
    try (Proxy proxy = new Proxy(Proxy.options())) {
      assertThatThrownBy(() -> proxy.apply(rule("/", Proxy.forward(), own)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Transfer-Encoding");
    }
  }

  @Test
  void aSessionStaysWithItsBackendOfASplit() throws Exception {
    try (Upstream one = Upstream.answering(Upstream.ok("1"));
        Upstream two = Upstream.answering(Upstream.ok("2"));
        Proxy proxy = new Proxy(Proxy.options(), one.port())) {
      ServiceName other = proxy.service("other", two.port());
      Persistence sid = cookie(Duration.ZERO, Duration.ZERO, false);
      proxy.apply(rule("/", split(other, 1, 0), sid));
      try (RawClient client = proxy.client()) {
        String first = ask(client, "");
        assertThat(body(first)).isEqualTo("1");
        String header = "Cookie: " + given(first).group(1) + "\r\n";
        // Nearly all goes to the other one now; whoever is here stays.
        proxy.apply(rule("/", split(other, 1, 1_000_000), sid));
        for (int i = 0; i < 10; i++) {
          assertThat(body(ask(client, header))).isEqualTo("1");
        }
        assertThat(body(ask(client, ""))).isEqualTo("2");
        proxy.apply(rule("/", split(other, 0, 1), sid));
        assertThat(body(ask(client, header))).isEqualTo("2");
      }
    }
  }

  private static Action split(ServiceName other, int web, int weight) {
    return new Action.Forward(List.of(Proxy.backend(Proxy.WEB, web), Proxy.backend(other, weight)));
  }
}
