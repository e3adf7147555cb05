package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.Settings;
import dev.fairlead.app.state.Json;
import dev.fairlead.discovery.Here;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is told of real traffic between two clusters, of which one is dear. */
class ReportTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int REQUESTS = 120;
  private static final int ANSWER_BYTES = 10_000;
  private static final double SECONDS_A_MONTH = 730.5 * 3600;

  @TempDir Path folder;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer backend;
  private Daemon daemon;
  private String admin = "";
  private int port;

  private record Run(int exit, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    backend.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, ANSWER_BYTES);
          exchange.getResponseBody().write(new byte[ANSWER_BYTES]);
          exchange.close();
        });
    backend.start();
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Files.writeString(
        folder.resolve("all.yaml"),
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          gatewayClassName: fairlead
          addresses: [{type: IPAddress, value: 127.0.0.1}]
          listeners: [{name: http, protocol: HTTP, port: %d}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop}
        spec:
          parentRefs: [{name: web}]
          rules: [{backendRefs: [{name: shop}]}]
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ClusterProfile
        metadata: {name: west}
        spec: {local: true, locality: {region: us-west, zone: a}}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ServiceEndpoints
        metadata: {name: shop}
        spec: {clusters: [{cluster: east, addresses: ["127.0.0.1:%d"]}]}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ClusterProfile
        metadata: {name: east}
        spec: {locality: {region: us-east, zone: b}}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: PriceSheet
        metadata: {name: list}
        spec:
          prices:
            - {from: us-west, to: us-east, dollarsPerGiB: 0.01}
            - {from: us-east, to: us-west, dollarsPerGiB: 2.0}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: TrafficObjective
        metadata: {name: shop}
        spec:
          targetRefs: [{kind: Service, name: shop}]
          policy: even
          mode: observe
          period: 100ms
        """
            .formatted(port, backend.getAddress().getPort()));
    OutputStream nowhere = OutputStream.nullOutputStream();
    daemon =
        new Daemon(
            "test",
            new Settings(
                List.of(folder),
                Here.UNKNOWN,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                1,
                false,
                Duration.ofSeconds(5)),
            new OperatorLog(
                new PrintStream(nowhere, true, StandardCharsets.UTF_8), Clock.systemUTC()),
            nowhere,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextLong(),
            Clock.systemUTC());
    daemon.start();
    admin = "127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort();
  }

  @AfterEach
  void stop() {
    daemon.close();
    backend.stop(0);
    client.close();
  }

  private Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--admin";
    all[arguments.length + 1] = admin;
    int exit =
        Entry.commandLine(Map.of(), List.of())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all);
    return new Run(exit, out.toString(), err.toString());
  }

  private void traffic(int requests) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
    for (int i = 0; i < requests; i++) {
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode())
          .isEqualTo(200);
    }
  }

  private JsonNode report() {
    Run run = run("report", "-o", "json");
    assertThat(run.exit).as(run.err).isZero();
    return Json.MAPPER.readTree(run.out).at("/services/0");
  }

  @Test
  void aPairsTrafficCostsWhatThePriceSheetSays() throws Exception {
    // The first look at the counters is what later ones are compared with.
    await().atMost(SOON).until(() -> report().path("seconds").asDouble() > 2);
    traffic(REQUESTS);
    await().atMost(SOON).until(() -> report().path("requests").asInt() == REQUESTS);

    JsonNode shop = report();
    JsonNode pair = shop.at("/pairs/0");
    assertThat(pair.path("from").asString()).isEqualTo("west");
    assertThat(pair.path("to").asString()).isEqualTo("east");
    assertThat(pair.path("bytesReceived").asDouble())
        .isGreaterThanOrEqualTo(1.0 * REQUESTS * ANSWER_BYTES);
    double dollars =
        (pair.path("bytesSent").asDouble() * 0.01 + pair.path("bytesReceived").asDouble() * 2)
            / (1 << 30);
    assertThat(pair.path("dollars").asDouble()).isCloseTo(dollars, within(1e-9));
    assertThat(pair.path("dollarsPerMonth").asDouble())
        .isCloseTo(
            dollars / shop.path("seconds").asDouble() * SECONDS_A_MONTH, within(dollars * 1e-6));
    assertThat(pair.path("priced").asBoolean()).isTrue();
    // All of it goes to east already, so an even plan of one destination saves nothing.
    assertThat(shop.at("/plan/savesPerMonth").asDouble()).isCloseTo(0, within(1e-6));
    assertThat(shop.at("/plan/meanMillis").isNumber()).isTrue();

    Run table = run("report", "shop", "--since", "10m");
    assertThat(table.out)
        .containsSubsequence("SERVICE", "default/shop", "west", "east", " 120 ", "yes")
        .contains("the plan (observe) would have east 100.0% → 100.0%", "saves $0.00");
    assertThat(table.err).contains("a month as", "does not reckon with load");
  }

  @Test
  void whatThereIsTooLittleOfIsSaid() throws Exception {
    await().atMost(SOON).until(() -> report().path("plan").isObject());
    traffic(3);
    await().atMost(SOON).until(() -> report().path("requests").asInt() == 3);

    Run run = run("report");

    assertThat(run.exit).isZero();
    assertThat(run.err)
        .contains("only 3 requests were seen: too few", "the plan's latency is not known");
    assertThat(report().at("/plan/meanMillis").isNull()).isTrue();
    assertThat(run("report", "--since", "48h").exit).isEqualTo(Exit.USAGE);
    assertThat(run("report", "nobody").exit).isEqualTo(Exit.FAILED);
  }

  @Test
  void planExplainAndTheListsTellTheSame() throws Exception {
    await().atMost(SOON).until(() -> report().path("plan").isObject());
    traffic(5);
    await().atMost(SOON).until(() -> run("plan").out.contains("100.0%"));
    await().atMost(SOON).until(() -> run("plan", "shop").err.contains("a month $"));

    Run plan = run("plan", "shop");
    assertThat(plan.out).containsSubsequence("DESTINATION", "NOW", "THEN", "east", "100.0%");
    assertThat(plan.err).contains("mode observe, traffic follows locality", "a month $");
    Run why = run("explain", "weights", "shop");
    assertThat(why.out)
        .contains("default/shop from west: policy even, mode observe, version 1")
        .contains("east 100.0%", "seen 0s ago", "change control: each 100 ms");
    assertThat(
            Json.MAPPER
                .readTree(run("explain", "weights", "shop", "-o", "json").out)
                .at("/destinations/0/name")
                .asString())
        .isEqualTo("east");
    assertThat(run("explain", "weights", "shop", "-o", "yaml").out)
        .contains("destinations:\n  - name: east\n");
    assertThat(run("get", "clusters").out)
        .containsSubsequence("CLUSTER", "east", "no", "us-east/b", "west", "yes", "us-west/a");
    assertThat(run("get", "routes", "-o", "wide").out)
        .containsSubsequence("default/web/http", ":" + port, "default/shop", "/", "default/shop");
    assertThat(run("get", "status", "-o", "yaml").out)
        .contains("services:\n  - name: default/shop\n");
  }

  @Test
  void aWatchShowsItAgainWhenItChangedAndEndsInTime() throws Exception {
    await().atMost(SOON).until(() -> run("get", "status").out.contains("even"));
    Run still = run("get", "routes", "--watch", "--for", "3s");
    assertThat(still.exit).isZero();
    assertThat(still.out.lines().filter(line -> line.startsWith("LISTENER"))).hasSize(1);
    Thread changing =
        Thread.ofVirtual()
            .start(() -> await().atMost(SOON).until(() -> run("mode", "shop", "advise").exit == 0));
    Run moving = run("get", "status", "-w", "--for", "4s");
    changing.join();
    assertThat(moving.out.lines().filter(line -> line.startsWith("SERVICE")).count())
        .isGreaterThan(1);
  }
}
