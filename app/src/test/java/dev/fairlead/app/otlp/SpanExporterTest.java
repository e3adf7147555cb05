package dev.fairlead.app.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.trace.Attributes;
import dev.fairlead.proxy.trace.RequestTrace;
import dev.fairlead.proxy.trace.Sampler;
import dev.fairlead.proxy.trace.Tracer;
import dev.fairlead.proxy.trace.Tracing;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans to a collector on loopback that takes them, refuses them, is away or slow. */
class SpanExporterTest {
  private static final Duration SOON = Duration.ofMillis(5);

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicLong ids = new AtomicLong();
  private final Tracing tracing = new Tracing(new Sampler(true, 1), true, 64);
  private final Tracer tracer =
      tracing.tracer(() -> 0, () -> Instant.ofEpochSecond(1000), ids::incrementAndGet);

  private SpanExporter exporter(URI endpoint, Duration delay, Duration timeout, boolean gzip) {
    ExportSettings settings =
        new ExportSettings(
            endpoint,
            Map.of("X-Token", "t"),
            Map.of("service.name", "gate"),
            gzip,
            timeout,
            delay,
            64,
            8,
            new Sampler(true, 1),
            true);
    return new SpanExporter(
        settings,
        tracing,
        span -> {},
        "1.2",
        new SpanExporter.Retrying(3, Duration.ofMillis(2), Duration.ofMillis(4)),
        new OperatorLog(new PrintStream(said), Clock.systemUTC()),
        System::nanoTime,
        () -> 0);
  }

  private SpanExporter exporter(URI endpoint) {
    return exporter(endpoint, SOON, Duration.ofSeconds(10), false);
  }

  private void span(String name) {
    RequestTrace trace = new RequestTrace(tracer);
    trace.begin(new RequestHead(new HeadLimits(1024, 1, 1024)), false, -1);
    trace.request(
        name, 5, 7, true, "why", new Attributes().text("a", "b").whole("n", 3).flag("f", true));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void spansArriveAsTheyWere(boolean gzip) throws Exception {
    try (Collector collector = new Collector();
        SpanExporter exporter =
            exporter(collector.endpoint(), SOON, Duration.ofSeconds(10), gzip)) {
      span("GET /x");
      await().until(() -> exporter.counts().exported() == 1);
      var resource = collector.requests.getFirst().getResourceSpans(0);
      assertThat(resource.getResource().getAttributesList().toString())
          .contains("service.name", "gate", "service.version", "1.2");
      Span span = collector.spans().getFirst();
      assertThat(span.getName()).isEqualTo("GET /x");
      assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
      assertThat(span.getTraceId().size()).isEqualTo(16);
      assertThat(span.getSpanId().size()).isEqualTo(8);
      assertThat(span.getParentSpanId().size()).isZero();
      assertThat(span.getFlags()).isEqualTo(0x103);
      assertThat(span.getStartTimeUnixNano()).isEqualTo(1_000_000_000_005L);
      assertThat(span.getEndTimeUnixNano()).isEqualTo(1_000_000_000_012L);
      assertThat(span.getStatus().getMessage()).isEqualTo("why");
      assertThat(span.getAttributesCount()).isEqualTo(3);
      assertThat(collector.tokens).containsExactly("t");
    }
  }

  @Test
  void whatWaitsLeavesInBatchesAndAtTheEnd() throws Exception {
    try (Collector collector = new Collector()) {
      SpanExporter exporter =
          exporter(collector.endpoint(), Duration.ofHours(1), Duration.ofSeconds(10), false);
      for (int i = 0; i < 20; i++) {
        span("s" + i);
      }
      exporter.close();
      assertThat(collector.spans()).hasSize(20);
      assertThat(collector.requests).hasSize(3);
      assertThat(exporter.counts()).isEqualTo(new ExportCounts(20, 0, 0, 0));
    }
  }

  @Test
  void queuesThatFillUpAreEmptiedAtOnce() throws Exception {
    try (Collector collector = new Collector();
        SpanExporter exporter =
            exporter(collector.endpoint(), Duration.ofHours(1), Duration.ofSeconds(10), false)) {
      for (int i = 0; i < 32; i++) {
        span("s" + i);
      }
      await().until(() -> exporter.counts().exported() == 32);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void theSameIsSentAgainWhereTheCollectorAsksForThat(int status) throws Exception {
    AtomicInteger answers = new AtomicInteger();
    try (Collector collector =
            new Collector(
                exchange -> {
                  boolean first = answers.incrementAndGet() <= 2;
                  exchange.sendResponseHeaders(first ? status : 200, -1);
                });
        SpanExporter exporter = exporter(collector.endpoint())) {
      span("s");
      await().until(() -> exporter.counts().exported() == 1);
      assertThat(collector.requests).hasSize(3);
      assertThat(collector.requests.get(0)).isEqualTo(collector.requests.get(2));
      assertThat(exporter.counts().failed()).isZero();
      assertThat(said.toString())
          .containsOnlyOnce("do not reach their collector")
          .contains("answered " + status)
          .contains("reach their collector again");
    }
  }

  @Test
  void afterSomeTriesABatchIsLostAndTheNextComes() throws Exception {
    try (Collector collector = new Collector(Collector.status(503));
        SpanExporter exporter = exporter(collector.endpoint())) {
      span("lost");
      await().until(() -> exporter.counts().failed() == 1);
      assertThat(collector.requests).hasSize(3);
      collector.answers(Collector::ok);
      span("next");
      await().until(() -> exporter.counts().exported() == 1);
      assertThat(collector.spans().getLast().getName()).isEqualTo("next");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 500, 301})
  void whatIsRefusedIsNotSentAgain(int status) throws Exception {
    try (Collector collector = new Collector(Collector.status(status));
        SpanExporter exporter = exporter(collector.endpoint())) {
      span("s");
      await().until(() -> exporter.counts().refused() == 1);
      assertThat(collector.requests).hasSize(1);
    }
  }

  @Test
  void whatIsAcceptedInPartIsCountedSo() throws Exception {
    byte[] answer =
        ExportTraceServiceResponse.newBuilder()
            .setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(1))
            .build()
            .toByteArray();
    try (Collector collector =
            new Collector(
                exchange -> {
                  exchange.sendResponseHeaders(200, answer.length);
                  exchange.getResponseBody().write(answer);
                });
        SpanExporter exporter =
            exporter(collector.endpoint(), Duration.ofHours(1), Duration.ofSeconds(5), false)) {
      span("a");
      span("b");
      exporter.close();
      assertThat(exporter.counts()).isEqualTo(new ExportCounts(1, 0, 1, 0));
    }
  }

  @Test
  void aCollectorThatIsAwayCostsSpansOnly() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (SpanExporter exporter =
        exporter(URI.create("http://127.0.0.1:" + closed + "/v1/traces"))) {
      span("s");
      await().until(() -> exporter.counts().failed() == 1);
      assertThat(said.toString()).contains("do not reach their collector");
    }
  }

  @Test
  void aSlowCollectorFillsTheQueuesAndWhatFindsNoRoomIsLost() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    try (Collector collector =
            new Collector(
                exchange -> {
                  asked.countDown();
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  exchange.sendResponseHeaders(200, -1);
                });
        SpanExporter exporter = exporter(collector.endpoint())) {
      span("first");
      asked.await();
      for (int i = 0; i < 100; i++) {
        span("s" + i);
      }
      assertThat(exporter.counts().overflowed()).isEqualTo(36);
      go.countDown();
      await().until(() -> exporter.counts().exported() == 65);
    }
  }

  @Test
  void oneThatNeverAnswersIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        SpanExporter exporter =
            exporter(
                URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/v1/traces"),
                SOON,
                Duration.ofMillis(20),
                false)) {
      span("s");
      await().until(() -> exporter.counts().failed() == 1);
      assertThat(said.toString()).contains("no answer in time");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
