package dev.fairlead.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.ShopDocuments;
import dev.fairlead.app.otlp.Collector;
import dev.fairlead.app.otlp.Environment;
import dev.fairlead.app.otlp.ExportSettings;
import dev.fairlead.app.state.Json;
import dev.fairlead.discovery.Here;
import dev.fairlead.proxy.http1.TrustedPeers;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole process with a collector on loopback. */
class TracesEndToEndTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";

  @TempDir Path documents;

  private final ByteArrayOutputStream accessLog = new ByteArrayOutputStream();

  private Daemon start(int port, Map<String, String> environment) throws IOException {
    return start(port, environment, 1);
  }

  private Daemon start(int port, Map<String, String> environment, int backend) throws IOException {
    Files.writeString(documents.resolve("all.yaml"), ShopDocuments.greeting(port, backend));
    Optional<ExportSettings> traces =
        new Environment(environment).traces(Optional.empty(), Optional.empty(), true);
    Daemon daemon =
        TestDaemon.of(
            new Settings(
                List.of(documents),
                Here.UNKNOWN,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                1,
                true,
                Duration.ofSeconds(5),
                traces,
                Duration.ZERO,
                TrustedPeers.NONE,
                InKubernetes.NONE,
                Optional.empty(),
                Optional.empty()),
            OutputStream.nullOutputStream(),
            accessLog);
    daemon.start();
    return daemon;
  }

  private static HttpResponse<String> get(HttpClient client, String url, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(
        request.version(HttpClient.Version.HTTP_1_1).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void requestsBecomeSpansAndTheLogNamesTheirTrace() throws Exception {
    int port = TestDaemon.freePort();
    try (Collector collector = new Collector();
        HttpClient client = HttpClient.newHttpClient();
        Daemon daemon =
            start(
                port,
                Map.of(
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.endpoint().toString(),
                    "OTEL_BSP_SCHEDULE_DELAY", "3600000",
                    "OTEL_SERVICE_NAME", "gate"))) {
      String url = "http://127.0.0.1:" + port + "/x";
      String parent = "00-" + ID + "-b7ad6b7169203331-01";
      assertThat(get(client, url, "traceparent", parent).body()).isEqualTo("hello");
      assertThat(get(client, url).body()).isEqualTo("hello");
      String admin = "http://127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort();
      assertThat(get(client, admin + "/metrics").body())
          .contains("fairlead_trace_spans_exported_total 0.0");
      await().until(() -> accessLog.toString(StandardCharsets.UTF_8).lines().count() == 2);
      // Nothing is due for an hour: it leaves because the process ends.
      daemon.stop();
      List<Span> spans = collector.spans();
      assertThat(spans).hasSize(2);
      List<String> logged =
          accessLog
              .toString(StandardCharsets.UTF_8)
              .lines()
              .map(line -> Json.MAPPER.readTree(line).path("trace_id").asString())
              .toList();
      assertThat(logged.getFirst()).isEqualTo(ID);
      assertThat(spans.stream().map(s -> HexFormat.of().formatHex(s.getTraceId().toByteArray())))
          .isEqualTo(logged);
      assertThat(spans.getFirst().getName()).isEqualTo("GET /*");
    }
  }

  @Test
  void latenciesInTheMetricsNameATrace() throws Exception {
    int port = TestDaemon.freePort();
    HttpServer backend =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
    backend.start();
    try (Collector collector = new Collector();
        HttpClient client = HttpClient.newHttpClient();
        Daemon daemon =
            start(
                port,
                Map.of(
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                    collector.endpoint().toString(),
                    "OTEL_BSP_SCHEDULE_DELAY",
                    "10"),
                backend.getAddress().getPort())) {
      String parent = "00-" + ID + "-b7ad6b7169203331-01";
      get(client, "http://127.0.0.1:" + port + "/shop", "traceparent", parent);
      String admin = "http://127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort();
      await()
          .until(
              () ->
                  get(client, admin + "/metrics", "Accept", "application/openmetrics-text")
                      .body()
                      .lines()
                      .anyMatch(
                          line ->
                              line.startsWith("fairlead_request_duration_seconds_bucket")
                                  && line.contains("trace_id=\"" + ID + "\"")));
    } finally {
      backend.stop(0);
    }
  }

  @Test
  void aCollectorThatIsAwayHoldsNobodyUp() throws Exception {
    int port = TestDaemon.freePort();
    try (HttpClient client = HttpClient.newHttpClient();
        Daemon daemon =
            start(
                port,
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + TestDaemon.freePort(),
                    "OTEL_BSP_MAX_QUEUE_SIZE",
                    "4"))) {
      for (int i = 0; i < 50; i++) {
        assertThat(get(client, "http://127.0.0.1:" + port + "/x").statusCode()).isEqualTo(200);
      }
      String admin = "http://127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort();
      String metrics = get(client, admin + "/metrics").body();
      assertThat(metrics)
          .containsPattern("fairlead_trace_spans_lost_total\\{reason=\"queue-full\"} [1-9]");
    }
  }

  @Test
  void withoutAnEndpointNothingOfTracesRuns() throws Exception {
    try (Daemon daemon = start(TestDaemon.freePort(), Map.of())) {
      String admin = "http://127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort();
      try (HttpClient client = HttpClient.newHttpClient()) {
        assertThat(get(client, admin + "/metrics").body()).doesNotContain("fairlead_trace_spans");
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("fairlead-traces") && thread.isAlive());
    }
  }
}
