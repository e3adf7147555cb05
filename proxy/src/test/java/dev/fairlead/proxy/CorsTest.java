package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.route.Cors;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Match;
import dev.fairlead.route.Rewrite;
import dev.fairlead.route.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What browsers are told of who may read answers. */
@ExtendWith(NoLeaks.class)
class CorsTest {
  private static Rule rule(Cors cors) {
    return Proxy.rule(List.of(), Optional.of(cors), Optional.empty(), Optional.empty());
  }

  private static Cors allowing(boolean credentials, String... origins) {
    return new Cors(
        List.of(origins),
        List.of("GET", "PUT"),
        List.of("x-a", "x-b"),
        List.of("x-seen"),
        credentials,
        Duration.ofSeconds(600));
  }

  private static String ask(RawClient client, String start, String... headers) throws Exception {
    StringBuilder request = new StringBuilder(start).append(" HTTP/1.1\r\nHost: x\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return client.send(request.append("\r\n").toString()).response().toLowerCase(Locale.ROOT);
  }

  @Test
  void aPreflightIsAnsweredByTheProxy() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options(), rule(allowing(true, "https://a.example")));
        RawClient client = proxy.client()) {
      String answer =
          ask(
              client,
              "OPTIONS /x",
              "Origin: https://a.example",
              "Access-Control-Request-Method: PUT",
              "Access-Control-Request-Headers: x-a");
      assertThat(answer)
          .startsWith("http/1.1 204 ")
          .contains("access-control-allow-origin: https://a.example\r\n")
          .contains("access-control-allow-credentials: true\r\n")
          .contains("access-control-allow-methods: get, put\r\n")
          .contains("access-control-allow-headers: x-a, x-b\r\n")
          .contains("access-control-max-age: 600\r\n")
          .contains("vary: origin\r\n");
      String denied =
          ask(
              client,
              "OPTIONS /x",
              "Origin: https://b.example",
              "Access-Control-Request-Method: PUT");
      assertThat(denied).startsWith("http/1.1 204 ").doesNotContain("access-control");
    }
  }

  @Test
  void aPreflightIsMatchedAsWhatItAsksForAndOtherOptionsAreNone() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("options"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      Match put = new Match(Match.ALL.path(), Optional.of("PUT"), List.of(), List.of());
      Rule only =
          new Rule(
              "",
              List.of(put),
              HeaderEdits.NONE,
              HeaderEdits.NONE,
              Rewrite.NONE,
              List.of(),
              Optional.of(allowing(false, "*")),
              Proxy.forward(),
              Duration.ZERO,
              Duration.ZERO,
              Optional.empty(),
              Optional.empty());
      proxy.apply(only);
      String origin = "Origin: https://a.example";
      assertThat(ask(client, "OPTIONS /", origin, "Access-Control-Request-Method: PUT"))
          .startsWith("http/1.1 204 ")
          .contains("access-control-allow-origin: *\r\n");
      assertThat(ask(client, "OPTIONS /", origin, "Access-Control-Request-Method: GET"))
          .startsWith("http/1.1 404 ");
      proxy.apply(rule(allowing(false, "*")));
      assertThat(ask(client, "OPTIONS /", origin)).endsWith("options");
    }
  }

  @ParameterizedTest(name = "{0} allows {1}: {2}")
  @CsvSource({
    "https://a.example, https://a.example, true",
    "https://a.example, http://a.example, false",
    "https://a.example, https://a.example:8443, false",
    "https://*.example, https://a.example, true",
    "https://*.example, https://b.a.example, true",
    "https://*.example, https://example, false",
    "https://*.example, https://evil.test/.example, false",
    "https://*.example, https://evil.test:1.example, false",
    "https://*.example:8443, https://a.example:8443, true",
    "https://*.example:8443, https://a.example, false",
    "https://*, https://anything.test, true",
    "https://*, http://anything.test, false",
    "*, null, true",
    "https://a.example, null, false",
  })
  void originsAreComparedWholeOrByTheirStar(String allowed, String origin, boolean matches)
      throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), rule(allowing(true, allowed)), upstream.port());
        RawClient client = proxy.client()) {
      String answer = ask(client, "GET /", "Origin: " + origin);
      assertThat(answer).startsWith("http/1.1 200 ");
      if (matches) {
        assertThat(answer).contains("access-control-allow-origin: " + origin + "\r\n");
      } else {
        assertThat(answer).doesNotContain("access-control-allow-origin");
      }
    }
  }

  @Test
  void whatTheUpstreamSaysOfOriginsIsReplaced() throws Exception {
    String own =
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n"
            + "Access-Control-Allow-Methods: DELETE\r\nVary: accept\r\n\r\n";
    try (Upstream upstream = Upstream.answering(own);
        Proxy proxy =
            new Proxy(Proxy.options(), rule(allowing(true, "https://a.example")), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(ask(client, "GET /", "Origin: https://a.example"))
          .containsOnlyOnce("access-control-allow-origin")
          .contains("access-control-allow-origin: https://a.example\r\n")
          .contains("access-control-expose-headers: x-seen\r\n")
          .contains("vary: accept\r\n")
          .contains("vary: origin\r\n")
          .doesNotContain("delete");
      assertThat(ask(client, "GET /"))
          .doesNotContain("access-control")
          .contains("vary: origin\r\n");
    }
  }

  @Test
  void aStarWithCredentialsSaysWhatWasAskedFor() throws Exception {
    List<String> any = List.of(Cors.ANY);
    Cors all = new Cors(any, any, any, any, true, Duration.ofSeconds(5));
    try (Proxy proxy = new Proxy(Proxy.options(), rule(all));
        RawClient client = proxy.client()) {
      assertThat(
              ask(
                  client,
                  "OPTIONS /",
                  "Origin: https://a.example",
                  "Access-Control-Request-Method: PATCH",
                  "Access-Control-Request-Headers: x-one, x-two"))
          .contains("access-control-allow-origin: https://a.example\r\n")
          .contains("access-control-allow-methods: patch\r\n")
          .contains("access-control-allow-headers: x-one, x-two\r\n")
          .doesNotContain("*");
    }
  }
}
