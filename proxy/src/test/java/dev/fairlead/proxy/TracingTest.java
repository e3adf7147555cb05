package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.proxy.trace.Sampler;
import dev.fairlead.proxy.trace.Span;
import dev.fairlead.proxy.trace.Span.Attribute;
import dev.fairlead.proxy.trace.Tracing;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Mirror;
import dev.fairlead.route.Retries;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.Rule;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traces through the proxy: what upstreams are told, and which spans come of it. */
@ExtendWith(NoLeaks.class)
class TracingTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final Pattern LINE =
      Pattern.compile("(?i)\r?\ntraceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})\r?\n");

  /** What an upstream was told. */
  private record Told(String trace, String span, String flags) {
    static Told of(String head) {
      Matcher matcher = LINE.matcher(head);
      assertThat(matcher.find()).as(head).isTrue();
      Told told = new Told(matcher.group(1), matcher.group(2), matcher.group(3));
      assertThat(matcher.find(matcher.end() - 2)).as("twice in " + head).isFalse();
      return told;
    }
  }

  private static Tracing all() {
    return new Tracing(new Sampler(true, 1), true, 64);
  }

  private static Proxy proxy(Tracing tracing, Rule rule, int... ports) throws Exception {
    return new Proxy(Proxy.options(), InstantSource.system(), Optional.of(tracing), rule, ports);
  }

  private static Proxy proxy(Tracing tracing, int... ports) throws Exception {
    return proxy(tracing, Proxy.rule(Proxy.forward()), ports);
  }

  private static List<Span> spans(Tracing tracing, int count) {
    List<Span> spans = new ArrayList<>();
    await()
        .until(
            () -> {
              tracing.drain(Integer.MAX_VALUE, spans::add);
              return spans.size() >= count;
            });
    assertThat(spans).hasSize(count);
    return spans;
  }

  private static Map<String, Object> said(Span span) {
    Map<String, Object> said = new TreeMap<>();
    for (Attribute attribute : span.attributes()) {
      Object value =
          switch (attribute) {
            case Attribute.Text text -> text.value();
            case Attribute.Whole whole -> whole.value();
            case Attribute.Flag flag -> flag.value();
          };
      assertThat(said.put(attribute.key(), value)).as(attribute.key() + " twice").isNull();
    }
    return said;
  }

  private static String hex(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  private static String get(String fields) {
    return "GET /a/b?secret=1 HTTP/1.1\r\nHost: shop.test:8080\r\n" + fields + "\r\n";
  }

  @Test
  void aTraceThatComesGoesOnFromOurSpan() throws Exception {
    Tracing tracing = all();
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          get(
              "traceparent: 00-"
                  + ID
                  + "-"
                  + PARENT
                  + "-01\r\n"
                  + "tracestate: a=1\r\nTraceState: b=2\r\nbaggage: k=v\r\nUser-Agent: t/1\r\n"));
      assertThat(client.response()).startsWith("HTTP/1.1 200");
      String head = upstream.heads.getFirst();
      assertThat(head).contains("tracestate: a=1\r\n", "TraceState: b=2\r\n", "baggage: k=v\r\n");
      Told told = Told.of(head);
      List<Span> spans = spans(tracing, 2);
      Span attempt = spans.getFirst();
      Span request = spans.getLast();
      assertThat(told).isEqualTo(new Told(ID, hex(attempt.spanId()), "01"));
      assertThat(spans).allMatch(span -> span.traceId().equals(ID) && !span.error());
      assertThat(spans).allMatch(span -> span.traceState().equals("a=1,b=2"));
      assertThat(attempt.parentId()).isEqualTo(request.spanId());
      assertThat(hex(request.parentId())).isEqualTo(PARENT);
      assertThat(request.remoteParent()).isTrue();
      assertThat(attempt.remoteParent()).isFalse();
      assertThat(request.kind()).isEqualTo(Span.Kind.SERVER);
      assertThat(attempt.kind()).isEqualTo(Span.Kind.CLIENT);
      assertThat(request.name()).isEqualTo("GET /*");
      assertThat(said(request))
          .containsEntry("http.request.method", "GET")
          .containsEntry("http.route", "/*")
          .containsEntry("url.path", "/a/b")
          .containsEntry("url.scheme", "http")
          .containsEntry("server.address", "shop.test")
          .containsEntry("server.port", 8080L)
          .containsEntry("client.address", "127.0.0.1")
          .containsEntry("network.protocol.version", "1.1")
          .containsEntry("user_agent.original", "t/1")
          .containsEntry("http.response.status_code", 200L)
          .containsEntry("http.response.body.size", 1L)
          .containsEntry("fairlead.route", "default/all")
          .containsEntry("fairlead.service", "default/web")
          .containsEntry("fairlead.endpoint", "127.0.0.1:" + upstream.port())
          .containsEntry("fairlead.attempts", 1L)
          .doesNotContainKey("error.type");
      assertThat(said(attempt))
          .containsEntry("url.full", "http://127.0.0.1:" + upstream.port() + "/a/b")
          .containsEntry("server.port", (long) upstream.port())
          .containsEntry("http.response.status_code", 200L)
          .containsEntry("fairlead.outcome", "replied")
          .doesNotContainKey("http.request.resend_count");
      assertThat(spans.toString()).doesNotContain("secret");
      long wall = System.currentTimeMillis();
      assertThat(request.startNanos() / 1_000_000).isBetween(wall - 60_000, wall + 1000);
      assertThat(attempt.startNanos()).isGreaterThanOrEqualTo(request.startNanos());
      assertThat(attempt.durationNanos()).isLessThanOrEqualTo(request.durationNanos());
      await().until(() -> !proxy.log.isEmpty());
      assertThat(proxy.log.getFirst().traceId()).isEqualTo(ID);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "traceparent: 00-" + ID + "-" + PARENT + "-0A\r\ntracestate: a=1\r\n",
        "traceparent: 00-"
            + ID
            + "-"
            + PARENT
            + "-01\r\n"
            + "traceparent: 00-"
            + ID
            + "-"
            + PARENT
            + "-01\r\ntracestate: a=1\r\n",
        "tracestate: a=1\r\n",
      })
  void withoutAValidOneATraceBeginsHere(String fields) throws Exception {
    Tracing tracing = all();
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, upstream.port());
        RawClient client = proxy.client()) {
      client.send(get(fields)).response();
      client.send(get(fields)).response();
      assertThat(upstream.heads).noneMatch(head -> head.contains("tracestate"));
      Told first = Told.of(upstream.heads.getFirst());
      Told second = Told.of(upstream.heads.getLast());
      assertThat(first.trace).isNotEqualTo(second.trace).isNotEqualTo(ID);
      assertThat(first.flags).isEqualTo("03");
      List<Span> spans = spans(tracing, 4);
      assertThat(spans.get(1).parentId()).isZero();
      assertThat(spans.get(1).remoteParent()).isFalse();
      assertThat(spans.get(1).traceId()).isEqualTo(first.trace);
      assertThat(proxy.log.getFirst().traceId()).isEqualTo(first.trace);
    }
  }

  @Test
  void aStateThatIsBrokenStaysBehind() throws Exception {
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(all(), upstream.port());
        RawClient client = proxy.client()) {
      client
          .send(get("traceparent: 00-" + ID + "-" + PARENT + "-01\r\ntracestate: a=1, B\r\n"))
          .response();
      assertThat(upstream.heads.getFirst()).doesNotContain("tracestate");
      assertThat(Told.of(upstream.heads.getFirst()).trace).isEqualTo(ID);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 1, 00, 00", "true, 0, 01, 01", "false, 1, 00, 01", "false, 0, 01, 00"})
  void theSendersFlagCountsWhereTheParentDecides(
      boolean parentBased, double ratio, String said, String passed) throws Exception {
    Tracing tracing = new Tracing(new Sampler(parentBased, ratio), true, 64);
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, upstream.port());
        RawClient client = proxy.client()) {
      client.send(get("traceparent: 00-" + ID + "-" + PARENT + "-" + said + "\r\n")).response();
      Told told = Told.of(upstream.heads.getFirst());
      assertThat(told.trace).isEqualTo(ID);
      assertThat(told.span).isNotEqualTo(PARENT);
      assertThat(told.flags).isEqualTo(passed);
      await().until(() -> !proxy.log.isEmpty());
      spans(tracing, passed.equals("01") ? 2 : 0);
    }
  }

  @Test
  void whomNobodyTrustsBeginsANewTrace() throws Exception {
    Tracing tracing = new Tracing(new Sampler(true, 0), false, 64);
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, upstream.port());
        RawClient client = proxy.client()) {
      client
          .send(
              get(
                  "traceparent: 00-"
                      + ID
                      + "-"
                      + PARENT
                      + "-01\r\ntracestate: a=1\r\n"
                      + "baggage: k=v\r\n"))
          .response();
      String head = upstream.heads.getFirst();
      assertThat(head).doesNotContain("tracestate", "baggage");
      assertThat(Told.of(head).trace).isNotEqualTo(ID);
      assertThat(Told.of(head).flags).isEqualTo("02");
    }
  }

  @Test
  void eachAttemptHasASpanOfItsOwn() throws Exception {
    Tracing tracing = all();
    Rule rule = Proxy.rule(new Retries(Set.of(503), 1, Optional.of(Duration.ofMillis(1))));
    try (Upstream bad =
            Upstream.answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        Upstream good = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, rule, bad.port());
        RawClient client = proxy.client()) {
      // The only endpoint is tried again, so that both attempts are seen in order.
      assertThat(client.send(get("")).response()).startsWith("HTTP/1.1 503");
      List<Span> spans = spans(tracing, 3);
      assertThat(bad.heads).hasSize(2);
      assertThat(Told.of(bad.heads.get(0)).span).isEqualTo(hex(spans.get(0).spanId()));
      assertThat(Told.of(bad.heads.get(1)).span).isEqualTo(hex(spans.get(1).spanId()));
      assertThat(spans.get(0).spanId()).isNotEqualTo(spans.get(1).spanId());
      assertThat(spans).allMatch(Span::error);
      assertThat(spans).allMatch(span -> "503".equals(said(span).get("error.type")));
      assertThat(said(spans.get(0))).doesNotContainKey("http.request.resend_count");
      assertThat(said(spans.get(1))).containsEntry("http.request.resend_count", 1L);
      assertThat(said(spans.get(2))).containsEntry("fairlead.attempts", 2L);
      proxy.endpoints(bad.port(), good.port());
    }
  }

  @Test
  void anAttemptThatCouldNotConnectIsASpanToo() throws Exception {
    Tracing tracing = all();
    int closed;
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    try (Upstream good = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, closed, good.port());
        RawClient client = proxy.client()) {
      assertThat(client.send(get("")).response()).startsWith("HTTP/1.1 200");
      if (proxy.log.getFirst().attempts() == 1) {
        tracing.drain(Integer.MAX_VALUE, span -> {});
        assertThat(client.send(get("")).response()).startsWith("HTTP/1.1 200");
      }
      List<Span> spans = spans(tracing, 3);
      assertThat(spans.getFirst().error()).isTrue();
      assertThat(said(spans.getFirst()))
          .containsEntry("error.type", "connect_failed")
          .containsEntry("server.port", (long) closed)
          .doesNotContainKey("http.response.status_code");
      assertThat(spans.get(1).error()).isFalse();
      assertThat(spans.get(2).error()).isFalse();
    }
  }

  @Test
  void aMirrorsCopyIsASpanBesideTheOthers() throws Exception {
    Tracing tracing = all();
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Upstream shadow = Upstream.answering(Upstream.ok("y"));
        Proxy proxy = proxy(tracing, upstream.port());
        RawClient client = proxy.client()) {
      Mirror mirror = new Mirror(Proxy.backend(proxy.service("shadow", shadow.port()), 1), 1, 1);
      proxy.apply(
          Proxy.rule(List.of(mirror), Optional.empty(), Optional.empty(), Optional.empty()));
      client.send(get("traceparent: 00-" + ID + "-" + PARENT + "-01\r\n")).response();
      List<Span> spans = spans(tracing, 3);
      Span copy =
          spans.stream().filter(s -> said(s).containsKey("fairlead.mirror")).findFirst().get();
      Span request = spans.stream().filter(s -> s.kind() == Span.Kind.SERVER).findFirst().get();
      assertThat(copy.parentId()).isEqualTo(request.spanId());
      assertThat(Told.of(shadow.heads.getFirst()))
          .isEqualTo(new Told(ID, hex(copy.spanId()), "01"));
      assertThat(Told.of(upstream.heads.getFirst()).span).isNotEqualTo(hex(copy.spanId()));
    }
  }

  @Test
  void aCallOfGrpcSaysWhichAndHowItEnded() throws Exception {
    Tracing tracing = all();
    AtomicReference<String> told = new AtomicReference<>();
    Http2Upstream.Script script =
        stream -> {
          told.set(stream.head().fields());
          stream.headers(
              true, ":status", "200", "content-type", "application/grpc", "grpc-status", "13");
        };
    try (Http2Upstream upstream = new Http2Upstream(script);
        Proxy proxy = proxy(tracing, Proxy.rule(Proxy.forwardH2()), upstream.port());
        Http2Peer client = new Http2Peer(proxy.port())) {
      client
          .post(
              "/pkg.Service/Method",
              "content-type",
              "application/grpc",
              "te",
              "trailers",
              "traceparent",
              "00-" + ID + "-" + PARENT + "-01")
          .data("", true)
          .head();
      List<Span> spans = spans(tracing, 2);
      assertThat(told.get())
          .contains("traceparent: 00-" + ID + "-" + hex(spans.getFirst().spanId()) + "-01\n");
      assertThat(spans).allMatch(span -> span.name().equals("pkg.Service/Method"));
      assertThat(spans).allMatch(Span::error);
      for (Span span : spans) {
        assertThat(said(span))
            .containsEntry("rpc.system", "grpc")
            .containsEntry("rpc.service", "pkg.Service")
            .containsEntry("rpc.method", "Method")
            .containsEntry("rpc.grpc.status_code", 13L)
            .containsEntry("error.type", "13");
      }
      assertThat(said(spans.getLast())).containsEntry("network.protocol.version", "2");
    }
  }

  @Test
  void answersOfOurOwnAreSpansToo() throws Exception {
    Tracing tracing = all();
    try (Proxy proxy = proxy(tracing, Proxy.rule("/only", Proxy.forward()));
        RawClient client = proxy.client()) {
      assertThat(client.send(get("")).response()).startsWith("HTTP/1.1 404");
      Span span = spans(tracing, 1).getFirst();
      assertThat(span.name()).isEqualTo("GET");
      assertThat(span.error()).isFalse();
      assertThat(said(span)).containsEntry("fairlead.flags", "NR");
      client.get("/only");
      assertThat(client.response()).startsWith("HTTP/1.1 503");
      Span failed = spans(tracing, 1).getFirst();
      assertThat(failed.error()).isTrue();
      assertThat(failed.message()).contains("no endpoint of default/web");
      client.send("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 400");
      spans(tracing, 0);
    }
  }

  @Test
  void eachListenerMayRecordAnotherShare() throws Exception {
    Tracing tracing = new Tracing(new Sampler(true, 0), true, 64);
    Rule rule = Proxy.rule(Proxy.forward());
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, upstream.port())) {
      Listener plain = Proxy.listener("plain", "127.0.0.1", 0, rule);
      Listener own =
          new Listener(
              "own",
              "127.0.0.2",
              0,
              plain.hostname(),
              Optional.empty(),
              Optional.empty(),
              OptionalDouble.of(1),
              plain.routes());
      proxy.server.apply(new RouteConfig(List.of(plain, own)), proxy.balancers());
      try (RawClient first = new RawClient(proxy.server.listeners().get("plain"));
          RawClient second =
              new RawClient(
                  new Socket(
                      InetAddress.ofLiteral("127.0.0.2"), proxy.server.listeners().get("own")),
                  "x")) {
        assertThat(first.send(get("")).response()).startsWith("HTTP/1.1 200");
        assertThat(second.send(get("")).response()).startsWith("HTTP/1.1 200");
        // Who brings a trace has said whether it is recorded.
        String unrecorded = "traceparent: 00-" + ID + "-" + PARENT + "-00\r\n";
        assertThat(second.send(get(unrecorded)).response()).startsWith("HTTP/1.1 200");
      }
      await().until(() -> proxy.log.size() == 3);
      List<Span> spans = spans(tracing, 2);
      assertThat(spans).extracting(Span::traceId).containsOnly(proxy.log.get(1).traceId());
      assertThat(said(spans.getLast())).containsEntry("fairlead.listener", "own");
      assertThat(upstream.heads)
          .extracting(head -> Told.of(head).flags)
          .containsExactly("02", "03", "00");
    }
  }

  @Test
  void aConnectionThatIsLedIsOneSpan() throws Exception {
    Tracing tracing = all();
    Upstream.Script answer =
        connection -> {
          connection.in.readNBytes(5);
          connection.write("goodbye");
          connection.socket.shutdownOutput();
          connection.in.readAllBytes();
        };
    try (Upstream upstream = new Upstream(answer);
        TlsProxy proxy =
            new TlsProxy(
                TlsProvider.best(), Proxy.options(), Optional.of(tracing), upstream.port())) {
      proxy.tunnel("*", false, "*");
      try (RawClient client = new RawClient(proxy.port())) {
        client.send("hello");
        assertThat(client.rest()).isEqualTo("goodbye");
        client.socket.shutdownOutput();
        Span span = spans(tracing, 1).getFirst();
        assertThat(span.name()).isEqualTo("TCP default/all");
        assertThat(span.kind()).isEqualTo(Span.Kind.SERVER);
        assertThat(span.parentId()).isZero();
        assertThat(span.error()).isFalse();
        assertThat(span.durationNanos()).isPositive();
        assertThat(said(span))
            .containsEntry("fairlead.tunnel.sent", 5L)
            .containsEntry("fairlead.tunnel.received", 7L)
            .containsEntry("fairlead.tunnel.ended", "whole")
            .containsEntry("fairlead.listener", "tunnel")
            .containsEntry("fairlead.service", "default/web")
            .containsEntry("fairlead.attempts", 1L)
            .containsEntry("fairlead.endpoint", "127.0.0.1:" + upstream.port())
            .containsEntry("client.address", "127.0.0.1")
            .containsKey("fairlead.pick.reason")
            .doesNotContainKey("error.type");
      }
      try (RawClient client = new RawClient(proxy.port())) {
        client.send("he");
        client.socket.setSoLinger(true, 0);
      }
      assertThat(said(spans(tracing, 1).getFirst()))
          .containsEntry("fairlead.tunnel.ended", "client")
          .containsEntry("fairlead.flags", "DC");
      proxy.endpoints();
      try (RawClient _ = new RawClient(proxy.port())) {
        Span unreached = spans(tracing, 1).getFirst();
        assertThat(said(unreached))
            .containsEntry("fairlead.tunnel.ended", "unreached")
            .containsEntry("error.type", "UH")
            .doesNotContainKey("fairlead.endpoint");
        assertThat(unreached.message()).contains("no endpoint");
      }
    }
  }

  @Test
  void whatAWebSocketMovedStandsInItsRequestsSpan() throws Exception {
    Tracing tracing = all();
    Upstream.Script script =
        connection -> {
          connection.readHead();
          connection.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket"
                  + "\r\n\r\nhi");
          connection.in.readNBytes(5);
        };
    try (Upstream upstream = new Upstream(script);
        Proxy proxy = proxy(tracing, upstream.port());
        RawClient client = proxy.client()) {
      client.send(
          "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 101");
      client.send("hello");
      assertThat(client.rest()).isEqualTo("hi");
      assertThat(said(spans(tracing, 2).getLast()))
          .containsEntry("http.response.status_code", 101L)
          .containsEntry("fairlead.tunnel.sent", 5L)
          .containsEntry("fairlead.tunnel.received", 2L)
          .containsEntry("fairlead.tunnel.ended", "endpoint")
          .doesNotContainKeys("http.request.body.size", "error.type");
      assertThat(proxy.log.getFirst().requestBytes()).isEqualTo(5);
      assertThat(proxy.log.getFirst().responseBytes()).isEqualTo(2);
    }
  }

  @Test
  void withoutTracingHeadersPassAsTheyAre() throws Exception {
    String fields = "traceparent: 00-nearly\r\ntraceparent: x\r\ntracestate: B\r\nbaggage: k\r\n";
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      client.send(get(fields)).response();
      assertThat(upstream.heads.getFirst()).contains(fields);
      assertThat(proxy.log.getFirst().traceId()).isEmpty();
    }
  }

  @Test
  void whatNobodyTakesOutIsCountedAsLost() throws Exception {
    Tracing tracing = new Tracing(new Sampler(true, 1), true, 4);
    try (Upstream upstream = Upstream.answering(Upstream.ok("x"));
        Proxy proxy = proxy(tracing, upstream.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.send(get("")).response()).startsWith("HTTP/1.1 200");
      }
      await().until(() -> proxy.log.size() == 5);
      assertThat(tracing.dropped()).isEqualTo(6);
      spans(tracing, 4);
    }
  }
}
