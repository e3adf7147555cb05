package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.route.Action;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Match;
import dev.fairlead.route.Rewrite;
import dev.fairlead.route.Route;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the rules of a route do to a request on its way, and what answers where none sends it on.
 */
@ExtendWith(NoLeaks.class)
class RulesTest {
  private static HeaderEdits edits(String set, String add, String remove) {
    return new HeaderEdits(
        List.of(new HeaderEdits.Header(set, "set")),
        List.of(new HeaderEdits.Header(add, "added")),
        List.of(remove));
  }

  private static Rule rule(
      String prefix, HeaderEdits request, HeaderEdits response, Rewrite rewrite, Action action) {
    Match match =
        new Match(
            new Match.PathMatch(Match.PathMatch.Kind.PREFIX, prefix),
            Optional.empty(),
            List.of(),
            List.of());
    return new Rule(
        List.of(match), request, response, rewrite, action, Duration.ZERO, Duration.ZERO);
  }

  @Test
  void headersAreEditedBothWays() throws Exception {
    try (Upstream upstream =
            Upstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Set: old\r\nX-Add: old\r\nX-Gone: 1\r\n\r\n");
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      HeaderEdits edits = edits("X-Set", "X-Add", "X-Gone");
      proxy.apply(rule("/", edits, edits, Rewrite.NONE, Proxy.forward()));
      client.send(
          "GET / HTTP/1.1\r\nHost: x\r\nX-Set: a\r\nX-Set: b\r\nx-add: old\r\nX-GONE: 1\r\n\r\n");
      String answer = client.response().toLowerCase(Locale.ROOT);
      String request = upstream.heads.getFirst().toLowerCase(Locale.ROOT);
      for (String head : List.of(answer, request)) {
        assertThat(head)
            .containsOnlyOnce("x-set: set\r\n")
            .doesNotContain("x-set: a")
            .doesNotContain("x-set: old")
            .contains("x-add: old\r\n")
            .contains("x-add: added\r\n")
            .doesNotContain("x-gone");
      }
    }
  }

  @Test
  void pathAndHostAreRewritten() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      Rewrite rewrite =
          new Rewrite(Optional.of("inner.example"), new Rewrite.Path.ReplacePrefix("/new"));
      proxy.apply(rule("/old", HeaderEdits.NONE, HeaderEdits.NONE, rewrite, Proxy.forward()));
      client.send("GET /old/a%20b?q=/old HTTP/1.1\r\nHost: outer.example\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nx");
      assertThat(upstream.heads.getFirst().toLowerCase(Locale.ROOT))
          .startsWith("get /new/a%20b?q=/old http/1.1\r\n")
          .contains("host: inner.example\r\n")
          .contains("x-forwarded-host: outer.example\r\n");
    }
  }

  @Test
  void aRedirectIsAnsweredByTheProxyAndKeepsTheConnection() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      Action redirect =
          new Action.Redirect(
              Optional.of("https"),
              Optional.of("www.example.com"),
              Optional.empty(),
              new Rewrite.Path.ReplaceFull("/there"),
              301);
      proxy.apply(
          rule("/moved", HeaderEdits.NONE, HeaderEdits.NONE, Rewrite.NONE, redirect),
          rule("/", HeaderEdits.NONE, HeaderEdits.NONE, Rewrite.NONE, Proxy.forward()));
      client.send("GET /moved?q=1 HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response())
          .startsWith("HTTP/1.1 301 ")
          .containsIgnoringCase("location: https://www.example.com/there?q=1\r\n");
      assertThat(client.get("/else").response()).startsWith("HTTP/1.1 200").endsWith("x");
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void aStaticReplyAnswersHeadWithoutItsBody() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options());
        RawClient client = proxy.client()) {
      Action reply =
          new Action.StaticReply(
              418, List.of(new HeaderEdits.Header("Content-Type", "text/plain")), "short\n");
      proxy.apply(rule("/", HeaderEdits.NONE, HeaderEdits.NONE, Rewrite.NONE, reply));
      client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.head())
          .startsWith("HTTP/1.1 418")
          .containsIgnoringCase("content-length: 6\r\n");
      assertThat(client.get("/").response()).endsWith("\r\n\r\nshort\n");
    }
  }

  @Test
  void theRulesResponseHeadersAreOnItsOwnAnswersToo() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options());
        RawClient client = proxy.client()) {
      HeaderEdits edits = edits("X-Set", "X-Add", "X-Gone");
      Action reply =
          new Action.StaticReply(
              200,
              List.of(
                  new HeaderEdits.Header("x-set", "own"), new HeaderEdits.Header("x-gone", "own")),
              "static");
      Action redirect =
          new Action.Redirect(
              Optional.of("https"),
              Optional.empty(),
              Optional.empty(),
              new Rewrite.Path.Keep(),
              301);
      proxy.apply(
          rule("/static", HeaderEdits.NONE, edits, Rewrite.NONE, reply),
          rule("/moved", HeaderEdits.NONE, edits, Rewrite.NONE, redirect));
      for (String path : List.of("/static", "/moved")) {
        assertThat(client.get(path).response().toLowerCase(Locale.ROOT))
            .containsOnlyOnce("x-set: set\r\n")
            .contains("x-add: added\r\n")
            .doesNotContain("own");
      }
    }
  }

  @Test
  void listenersOfOnePortAreToldApartByTheirHostnames() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options())) {
      proxy.server.apply(
          new RouteConfig(
              List.of(
                  named("default/gate/any", "*"),
                  named("default/gate/wild", "*.example.com"),
                  named("default/gate/exact", "a.example.com"))),
          proxy.balancers());
      int port = proxy.server.listeners().get("default/gate/any");
      assertThat(proxy.server.listeners()).containsEntry("default/gate/exact", port);
      try (RawClient client = new RawClient(port)) {
        assertThat(says(client, "a.example.com")).isEqualTo("default/gate/exact");
        assertThat(says(client, "A.EXAMPLE.COM:" + port)).isEqualTo("default/gate/exact");
        assertThat(says(client, "b.example.com")).isEqualTo("default/gate/wild");
        assertThat(says(client, "c.b.example.com")).isEqualTo("default/gate/wild");
        assertThat(says(client, "example.com")).isEqualTo("default/gate/any");
        assertThat(says(client, "ba.example.org")).isEqualTo("default/gate/any");
      }
    }
  }

  /** A listener that answers with its own name. */
  private static Listener named(String name, String hostname) {
    Rule rule =
        rule(
            "/",
            HeaderEdits.NONE,
            HeaderEdits.NONE,
            Rewrite.NONE,
            new Action.StaticReply(200, List.of(), name));
    return new Listener(
        name,
        "127.0.0.1",
        0,
        new HostPattern(hostname),
        List.of(new Route(name, List.of(HostPattern.ANY), List.of(rule), 0)));
  }

  private static String says(RawClient client, String host) throws Exception {
    String answer = client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").response();
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void aSplitWithoutWeightAndABackendThatDoesNotExistAreAnsweredWith500() throws Exception {
    try (Proxy proxy = new Proxy(Proxy.options());
        RawClient client = proxy.client()) {
      Action weightless =
          new Action.Forward(
              List.of(
                  new Action.Backend(
                      Optional.of(Proxy.WEB), 0, HeaderEdits.NONE, HeaderEdits.NONE)));
      Action missing =
          new Action.Forward(
              List.of(new Action.Backend(Optional.empty(), 1, HeaderEdits.NONE, HeaderEdits.NONE)));
      proxy.apply(
          rule("/a", HeaderEdits.NONE, HeaderEdits.NONE, Rewrite.NONE, weightless),
          rule("/b", HeaderEdits.NONE, HeaderEdits.NONE, Rewrite.NONE, missing));
      assertThat(client.get("/a").response()).startsWith("HTTP/1.1 500").contains("weight");
      assertThat(client.get("/b").response()).startsWith("HTTP/1.1 500").contains("does not exist");
      assertThat(client.get("/c").response()).startsWith("HTTP/1.1 404");
    }
  }
}
