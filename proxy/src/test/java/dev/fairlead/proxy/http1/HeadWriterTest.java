package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.route.Action;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.HeaderEdits.Header;
import dev.fairlead.route.Match;
import dev.fairlead.route.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadWriterTest {
  private static final ClientInfo UNTRUSTED = new ClientInfo("9.9.9.9", "http", false);
  private static final ClientInfo TRUSTED = new ClientInfo("9.9.9.9", "http", true);
  private static final String OURS =
      "x-forwarded-for: 9.9.9.9|x-forwarded-proto: http|x-forwarded-host: a|";

  private static String request(
      String text, CompiledRewrite rewrite, CompiledEdits edits, ClientInfo client) {
    ByteBuf out = Unpooled.buffer();
    HeadWriter.request(out, Heads.request(text), rewrite, edits, client);
    return out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "|");
  }

  private static String request(String text) {
    return request(text, CompiledRewrite.NONE, CompiledEdits.NONE, UNTRUSTED);
  }

  private static String response(String text, int minor, Framing framing, boolean close) {
    ByteBuf out = Unpooled.buffer();
    RequestHead request = Heads.request("GET / HTTP/1." + minor + "|Host: a||");
    HeadWriter.response(out, Heads.response(text), request, framing, CompiledEdits.NONE, close);
    return out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "|");
  }

  @Test
  void hopByHopHeadersStayBehind() {
    String text =
        "GET /a?b HTTP/1.0|Host: a|A: 1|Connection: x-hop, Keep-Alive, close|Keep-Alive: 5"
            + "|X-Hop: 1|TE: trailers|Upgrade: h2c|HTTP2-Settings: x|Proxy-Connection: y|B:2  ||";
    assertThat(request(text)).isEqualTo("GET /a?b HTTP/1.1|Host: a|A: 1|B: 2|" + OURS + "|");
  }

  @Test
  void connectionTakesNoEndToEndHeaderAway() {
    String kept =
        "Host: a|Content-Length: 3|Authorization: u|Cookie: c|Content-Type: t|X-Fairlead-Class: 1|";
    String text =
        "POST / HTTP/1.1|"
            + kept
            + "Connection: host, content-length, authorization, cookie, content-type,"
            + " x-forwarded-for, x-fairlead-class, transfer-encoding||";
    assertThat(request(text)).isEqualTo("POST / HTTP/1.1|" + kept + OURS + "|");
  }

  @Test
  void forwardedHeadersCountOnlyFromTrustedPeers() {
    String text =
        "GET / HTTP/1.1|Host: a|X-Forwarded-For: 1.1.1.1|X-Forwarded-Proto: https"
            + "|Forwarded: for=1|X-Real-IP: 1.1.1.1||";
    assertThat(request(text)).isEqualTo("GET / HTTP/1.1|Host: a|" + OURS + "|");
    assertThat(request(text, CompiledRewrite.NONE, CompiledEdits.NONE, TRUSTED))
        .isEqualTo(
            "GET / HTTP/1.1|Host: a|X-Forwarded-Proto: https|Forwarded: for=1|X-Real-IP: 1.1.1.1"
                + "|x-forwarded-for: 1.1.1.1, 9.9.9.9|x-forwarded-host: a||");
  }

  @Test
  void noForwardedHeaderOfAnUntrustedPeerPasses() {
    String text =
        "GET / HTTP/1.1|Host: a|X-Forwarded-Prefix: /x|X-FORWARDED-Ssl: on|X-Forwarded-Port: 1"
            + "|X-Forwarded: b||";
    assertThat(request(text)).isEqualTo("GET / HTTP/1.1|Host: a|X-Forwarded: b|" + OURS + "|");
    assertThat(request(text, CompiledRewrite.NONE, CompiledEdits.NONE, TRUSTED))
        .startsWith(text.substring(0, text.length() - 1))
        .contains("|x-forwarded-for: 9.9.9.9|");
  }

  @Test
  void theCodingIsWrittenAgain() {
    assertThat(request("POST / HTTP/1.1|Host: a|transfer-ENCODING:CHUNKED||"))
        .isEqualTo("POST / HTTP/1.1|Host: a|" + OURS + "transfer-encoding: chunked||");
  }

  @Test
  void anOfferToUpgradeStaysBehind() {
    assertThat(
            response(
                "HTTP/1.1 200 OK|Connection: Upgrade|Upgrade: h2|Content-Length: 1||",
                1,
                Framing.LENGTH,
                false))
        .isEqualTo("HTTP/1.1 200 OK|Content-Length: 1||");
  }

  @Test
  void anUpgradeIsAskedFor() {
    assertThat(request("GET / HTTP/1.1|Host: a|Connection: Upgrade|Upgrade: websocket||"))
        .isEqualTo("GET / HTTP/1.1|Host: a|" + OURS + "connection: upgrade|Upgrade: websocket||");
  }

  @Test
  void editsApplyInOrder() {
    HeaderEdits rule =
        new HeaderEdits(
            List.of(new Header("X-Set", "rule")),
            List.of(new Header("X-Add", "1")),
            List.of("gone"));
    HeaderEdits backend =
        new HeaderEdits(List.of(new Header("x-set", "backend")), List.of(), List.of());
    assertThat(
            request(
                "GET / HTTP/1.1|Host: a|Gone: 1|X-SET: 0|X-Add: 0||",
                CompiledRewrite.NONE,
                CompiledEdits.of(rule, backend),
                UNTRUSTED))
        .isEqualTo("GET / HTTP/1.1|Host: a|X-Add: 0|" + OURS + "X-Add: 1|x-set: backend||");
  }

  @Test
  void editsThatWouldSplitAHeadOrBreakItsFramingAreRefused() {
    for (Header bad :
        List.of(
            new Header("X", "a\r\nY: b"),
            new Header("X", "a\u0000"),
            new Header("X", "\u010d\u010a"),
            new Header("X Y", "a"),
            new Header("Content-Length", "1"),
            new Header("host", "a"),
            new Header("Connection", "close"))) {
      assertThatThrownBy(
              () -> CompiledEdits.of(new HeaderEdits(List.of(bad), List.of(), List.of())))
          .as(bad.toString())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest(name = "{0} of {1} by {2}: {3}")
  @CsvSource({
    "/foo/bar, /foo, /xyz, /xyz/bar",
    "/foo/bar, /foo, /xyz/, /xyz/bar",
    "/foo/bar, /foo/, /xyz, /xyz/bar",
    "/foo/bar, /foo/, /xyz/, /xyz/bar",
    "/foo, /foo, /xyz, /xyz",
    "/foo/, /foo, /xyz, /xyz/",
    "/foo/bar, /foo, '', /bar",
    "/foo/, /foo, '', /",
    "/foo, /foo, '', /",
    "/foo/, /foo, /, /",
    "/foo, /foo, /, /",
    "/foo, /, /xyz, /xyz/foo",
  })
  void prefixesAreReplacedAsGatewayApiSays(
      String path, String prefix, String replacement, String result) {
    Match match =
        new Match(
            new Match.PathMatch(Match.PathMatch.Kind.PREFIX, prefix),
            Optional.empty(),
            List.of(),
            List.of());
    CompiledRewrite rewrite =
        CompiledRewrite.of(
            new Rewrite(Optional.of("b:81"), new Rewrite.Path.ReplacePrefix(replacement)), match);
    assertThat(
            request(
                "GET " + path + "?q HTTP/1.1|Host: a||", rewrite, CompiledEdits.NONE, UNTRUSTED))
        .isEqualTo("GET " + result + "?q HTTP/1.1|host: b:81|" + OURS + "|");
  }

  @Test
  void responsesSayHowTheirBodyEndsAndWhetherTheConnectionStays() {
    String text = "HTTP/1.1 200 OK|A: 1|Connection: close|Transfer-Encoding: chunked||";
    assertThat(response(text, 1, Framing.CHUNKED, false))
        .isEqualTo("HTTP/1.1 200 OK|A: 1|transfer-encoding: chunked||");
    assertThat(response(text, 0, Framing.UNTIL_CLOSE, true))
        .isEqualTo("HTTP/1.1 200 OK|A: 1|connection: close||");
    assertThat(response("HTTP/1.0 404|Content-Length: 2||", 0, Framing.LENGTH, false))
        .isEqualTo("HTTP/1.1 404 |Content-Length: 2|connection: keep-alive||");
    assertThat(response("HTTP/1.1 204 No|Content-Length: 0||", 1, Framing.NONE, false))
        .isEqualTo("HTTP/1.1 204 No||");
    assertThat(response("HTTP/1.1 103 Early|Link: a||", 1, Framing.NONE, true))
        .isEqualTo("HTTP/1.1 103 Early|Link: a||");
  }

  @Test
  void localRepliesAndRedirectsAreWhole() {
    ByteBuf out = Unpooled.buffer();
    LocalReply.of(404, "no route").write(out, false, 1, true);
    assertThat(out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "|"))
        .isEqualTo(
            "HTTP/1.1 404 Not Found|content-type: text/plain; charset=utf-8|content-length: 24"
                + "|connection: close||404 Not Found: no route\n");
    out.clear();
    LocalReply.of(200, List.of(), "\u00e9").write(out, true, 0, false);
    assertThat(out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "|"))
        .isEqualTo("HTTP/1.1 200 OK|content-length: 2|connection: keep-alive||");
    out.clear();
    Action.Redirect secure =
        new Action.Redirect(
            Optional.of("https"), Optional.empty(), Optional.empty(), new Rewrite.Path.Keep(), 301);
    CompiledRedirect.of(secure, Match.ALL, "http", 8080, CompiledEdits.NONE)
        .write(out, Heads.request("GET /a?b HTTP/1.1|Host: a:8080||"), false);
    assertThat(out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "|"))
        .isEqualTo("HTTP/1.1 301 Moved Permanently|location: https://a/a?b|content-length: 0||");
  }

  private static Action.Redirect redirect(String host, int port) {
    return new Action.Redirect(
        Optional.empty(),
        Optional.of(host),
        Optional.of(port),
        new Rewrite.Path.ReplaceFull("/x"),
        302);
  }

  @Test
  void aRedirectOfTheWholeServerNamesNoPath() {
    ByteBuf out = Unpooled.buffer();
    CompiledRedirect.of(redirect("b", 81), Match.ALL, "http", 80, CompiledEdits.NONE)
        .write(out, Heads.request("OPTIONS * HTTP/1.1|Host: a||"), false);
    assertThat(out.toString(StandardCharsets.ISO_8859_1)).contains("\r\nlocation: http://b:81\r\n");
  }

  @Test
  void redirectsToNowhereAreRefused() {
    for (Action.Redirect bad :
        List.of(redirect("b:82", 81), redirect("b", 0), redirect("b", 65536), redirect("", 81))) {
      assertThatThrownBy(() -> CompiledRedirect.of(bad, Match.ALL, "http", 80, CompiledEdits.NONE))
          .as(bad.toString())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
