package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.ShopDocuments;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.TestDaemon;
import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The tables of a process that runs. */
class GetCommandTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path documents;

  /** Knows no path, which answers a ping too. */
  private HttpServer farAway;

  private Daemon daemon;
  private String admin = "";

  @BeforeEach
  void start() throws IOException {
    farAway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    farAway.start();
    Files.writeString(
        documents.resolve("all.yaml"),
        ShopDocuments.join(
            ShopDocuments.WEST,
            """
            apiVersion: fairlead.dev/v1alpha1
            kind: ClusterProfile
            metadata: {name: a-cluster-far-away}
            spec: {locality: {region: us-east, zone: b}, ping: "http://127.0.0.1:%d/"}
            """
                .formatted(farAway.getAddress().getPort()),
            ShopDocuments.endpoints(
                "{cluster: west, addresses: [\"127.0.0.1:1\"]},"
                    + " {cluster: a-cluster-far-away, addresses: [\"127.0.0.1:2\"]}"),
            """
            apiVersion: fairlead.dev/v1alpha1
            kind: PriceSheet
            metadata: {name: list}
            spec:
              prices:
                - span: cross-region
                  from: us-west
                  tiers: [{upToGiB: 100, dollarsPerGiB: 0.09}, {dollarsPerGiB: 0.05}]
              surcharges: [{name: vpn, from: us-west, to: us-east, dollarsPerGiB: 0.01}]
            """,
            ShopDocuments.objective("optimized", "observe")));
    daemon = TestDaemon.start(documents);
    admin = TestDaemon.admin(daemon);
  }

  @AfterEach
  void stop() {
    daemon.close();
    farAway.stop(0);
  }

  private String get(String... arguments) {
    return get(List.of(), arguments);
  }

  /**
   * @param notes on stderr, in their order
   */
  private String get(List<String> notes, String... arguments) {
    List<String> all = new ArrayList<>(List.of("get"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--admin", admin));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertThat(run.err().lines()).containsExactlyElementsOf(notes);
    assertThat(run.exit()).isZero();
    return run.out();
  }

  /** All cells of a column begin where its title does, after a space. */
  private static void assertAligned(String table) {
    List<String> lines = table.lines().toList();
    String titles = lines.getFirst();
    for (int at = 2; at < titles.length(); at++) {
      if (titles.charAt(at) != ' ' && titles.charAt(at - 1) == ' ') {
        for (String line : lines) {
          assertThat(line.charAt(at)).as(line).isNotEqualTo(' ');
          assertThat(line.charAt(at - 1)).as(line).isEqualTo(' ');
        }
      }
    }
  }

  @Test
  void weightsAreATableARowForEachCluster() {
    await().atMost(SOON).until(() -> get("weights").contains("50.0%"));
    String table = get("weights");
    String wide = get("weights", "-o", "wide");

    assertThat(table.lines()).hasSize(3);
    assertThat(table)
        .containsSubsequence("SERVICE", "PLAN", "IN-FORCE", "a-cluster-far-away", "50.0%");
    assertAligned(table);
    assertThat(wide.lines().findFirst().orElseThrow()).endsWith("WHY");
    assertAligned(wide);
  }

  @Test
  void clustersShowHowFarTheyAreByPings() throws IOException, InterruptedException {
    await()
        .atMost(SOON)
        .until(
            () ->
                Json.MAPPER
                    .readTree(get("clusters", "-o", "json"))
                    .at("/0/roundTripMillis")
                    .isNumber());
    JsonNode clusters = Json.MAPPER.readTree(get("clusters", "-o", "json"));
    String wide = get("clusters", "-o", "wide");

    assertThat(clusters.at("/0/cluster").asString()).isEqualTo("a-cluster-far-away");
    assertThat(clusters.at("/0/roundTripMillis").asDouble()).isPositive();
    assertThat(clusters.at("/0/pingAgeSeconds").asDouble()).isBetween(0.0, 60.0);
    assertThat(clusters.at("/1/roundTripMillis").isNull()).isTrue();
    assertThat(wide).containsSubsequence("ROUND-TRIP", "PINGED", "ms", " ago");
    assertThat(metrics())
        .contains("fairlead_round_trip_seconds{from=\"west\",to=\"a-cluster-far-away\"} ")
        .contains("fairlead_round_trip_age_seconds{from=\"west\",to=\"a-cluster-far-away\"} ")
        .containsPattern("fairlead_pings_answered_total [1-9]");
    await().atMost(SOON).until(() -> explained().contains("  round trip "));
    assertThat(explained()).containsPattern("round trip \\d+\\.\\dms ± \\d+\\.\\dms, \\d+s ago");
  }

  private String explained() {
    return CommandRun.of("explain", "weights", "shop", "--admin", admin).out();
  }

  @Test
  void endpointsAreATableARowForEach() {
    String table = get("endpoints");
    String wide = get("endpoints", "-o", "wide");

    assertThat(table.lines()).hasSize(3);
    assertThat(table).contains("127.0.0.1:1 ", "127.0.0.1:2 ", "ready");
    assertAligned(table);
    assertThat(wide).contains("us-west/a");
    assertAligned(wide);
  }

  @Test
  void pricesAreATableARowForEachTwoClusters() {
    String table = get("prices");
    String wide = get("prices", "-o", "wide");

    assertThat(table.lines()).hasSize(3);
    assertThat(table).containsSubsequence("a-cluster-far-away", "west", "0.0000", "west", "0.1000");
    assertAligned(table);
    assertThat(wide)
        .contains("us-west/a → us-east/b")
        .contains("us-west → *, cross-region 0.0900 (tiered); vpn of us-west → us-east 0.0100")
        .contains("no price: free");
    JsonNode prices = Json.MAPPER.readTree(get("prices", "-o", "json"));
    assertThat(prices.at("/sheets/0/name").asString()).isEqualTo("default/list");
    assertThat(prices.at("/pairs/1/meters/0/tiered").asBoolean()).isTrue();
  }

  @Test
  void capacityIsATableARowForEachDestination() {
    await().atMost(SOON).until(() -> get("capacity").contains("west"));
    String table = get("capacity");
    String wide = get("capacity", "-o", "wide");

    assertThat(table.lines()).hasSize(3);
    assertThat(table).containsSubsequence("CAPACITY", "a-cluster-far-away", "unknown", "no");
    assertAligned(table);
    assertThat(wide).contains("nothing was seen");
    assertAligned(wide);
    JsonNode capacity = Json.MAPPER.readTree(get("capacity", "-o", "json"));
    assertThat(capacity.at("/0/destinations/1/destination").asString()).isEqualTo("west");
    assertThat(capacity.at("/0/destinations/1/rps").isNull()).isTrue();
  }

  @Test
  void metricsTellHowLongAPlanTookAndWhoIsNotHeard() throws Exception {
    await().atMost(SOON).until(() -> get("capacity").contains("west"));
    assertThat(metrics())
        .contains("fairlead_solver_duration_seconds{service=\"default/shop\"}")
        .contains(
            "fairlead_telemetry_sample_age_seconds{cluster=\"west\",service=\"default/shop\"} ")
        .contains("fairlead_steering_quarantined_clusters{service=\"default/shop\"} 0.0");
  }

  private String metrics() throws IOException, InterruptedException {
    URI metrics = URI.create("http://" + admin + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void jsonIsTheServicesAsTheApiHasThem() {
    JsonNode endpoints = Json.MAPPER.readTree(get("endpoints", "-o", "json"));
    JsonNode weights = Json.MAPPER.readTree(get("weights", "-o", "json"));

    assertThat(endpoints.at("/0/endpoints/0/inFlight").asInt(-1)).isZero();
    assertThat(weights.at("/0/name").asString()).isEqualTo("default/shop");
  }

  @Test
  void aProcessThatIsNoFairleadIsUnavailable() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket socket = other.accept()) {
                      socket
                          .getOutputStream()
                          .write(
                              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n}{"
                                  .getBytes(StandardCharsets.US_ASCII));
                      socket.getInputStream().read();
                    } catch (IOException e) {
                      // The client left first.
                    }
                  });
      CommandRun run =
          CommandRun.of("get", "weights", "--admin", "127.0.0.1:" + other.getLocalPort());

      assertThat(run.exit()).isEqualTo(Exit.UNAVAILABLE);
      assertThat(run.err()).contains("not as Fairlead does");
      answering.join();
    }
  }
}
