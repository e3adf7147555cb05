package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.ShopDocuments;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.TestDaemon;
import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
    port = TestDaemon.freePort();
    Files.writeString(
        folder.resolve("all.yaml"),
        ShopDocuments.join(
            ShopDocuments.routed(
                port,
                "{cluster: east, addresses: [\"127.0.0.1:%d\"]}"
                    .formatted(backend.getAddress().getPort())),
            ShopDocuments.EAST,
            """
            apiVersion: fairlead.dev/v1alpha1
            kind: PriceSheet
            metadata: {name: list}
            spec:
              prices:
                - {from: us-west, to: us-east, dollarsPerGiB: 0.01}
                - {from: us-east, to: us-west, dollarsPerGiB: 2.0}
            """,
            ShopDocuments.objective("even", "observe")));
    daemon = TestDaemon.start(folder);
    admin = TestDaemon.admin(daemon);
  }

  @AfterEach
  void stop() {
    daemon.close();
    backend.stop(0);
    client.close();
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--admin", admin));
    return CommandRun.of(all.toArray(String[]::new));
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
    CommandRun run = run("report", "-o", "json");
    assertThat(run.exit()).as(run.err()).isZero();
    return Json.MAPPER.readTree(run.out()).at("/services/0");
  }

  @Test
  void withoutTrafficNobodyKnowsItsShares() {
    await().atMost(SOON).until(() -> report().path("plan").isObject());

    assertThat(report().at("/plan/observed").isEmpty()).isTrue();
    assertThat(run("report").out()).contains("would have east - → ");
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

    CommandRun table = run("report", "shop", "--since", "10m");
    assertThat(table.out())
        .containsSubsequence("SERVICE", "default/shop", "west", "east", " 120 ", "yes")
        .contains("the plan (observe) would have east 100.0% → 100.0%", "saves $0.00");
    assertThat(table.err()).contains("a month as", "does not reckon with load");
  }

  @Test
  void whatThereIsTooLittleOfIsSaid() throws Exception {
    await().atMost(SOON).until(() -> report().path("plan").isObject());
    traffic(3);
    await().atMost(SOON).until(() -> report().path("requests").asInt() == 3);

    CommandRun run = run("report");

    assertThat(run.exit()).isZero();
    assertThat(run.err())
        .contains("only 3 requests were seen: too few", "the plan's latency is not known");
    assertThat(report().at("/plan/meanMillis").isNull()).isTrue();
    assertThat(run("report", "--since", "48h").exit()).isEqualTo(Exit.USAGE);
    assertThat(run("report", "nobody").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void planExplainAndTheListsTellTheSame() throws Exception {
    await().atMost(SOON).until(() -> report().path("plan").isObject());
    traffic(5);
    await().atMost(SOON).until(() -> run("plan").out().contains("100.0%"));
    await().atMost(SOON).until(() -> run("plan", "shop").err().contains("a month $"));

    CommandRun plan = run("plan", "shop");
    assertThat(plan.out()).containsSubsequence("DESTINATION", "NOW", "THEN", "east", "100.0%");
    assertThat(plan.err()).contains("mode observe, traffic follows locality", "a month $");
    CommandRun why = run("explain", "weights", "shop");
    assertThat(why.out())
        .contains("default/shop from west: policy even, mode observe, version 1")
        .contains("east 100.0%", "seen 0s ago", "change control: each 100 ms");
    assertThat(
            Json.MAPPER
                .readTree(run("explain", "weights", "shop", "-o", "json").out())
                .at("/destinations/0/name")
                .asString())
        .isEqualTo("east");
    assertThat(run("explain", "weights", "shop", "-o", "yaml").out())
        .contains("destinations:\n  - name: east\n");
    assertThat(run("get", "clusters").out())
        .containsSubsequence("CLUSTER", "east", "no", "us-east/b", "west", "yes", "us-west/a");
    assertThat(run("get", "routes", "-o", "wide").out())
        .containsSubsequence("default/web/http", ":" + port, "default/shop", "/", "default/shop");
    assertThat(run("get", "status", "-o", "yaml").out())
        .contains("services:\n  - name: default/shop\n");
  }

  @Test
  void aWatchShowsItAgainWhenItChangedAndEndsInTime() throws Exception {
    await().atMost(SOON).until(() -> run("get", "status").out().contains("even"));
    CommandRun still = run("get", "routes", "--watch", "--for", "3s");
    assertThat(still.exit()).isZero();
    assertThat(still.out().lines().filter(line -> line.startsWith("LISTENER"))).hasSize(1);
    Thread changing =
        Thread.ofVirtual()
            .start(
                () -> await().atMost(SOON).until(() -> run("mode", "shop", "advise").exit() == 0));
    CommandRun moving = run("get", "status", "-w", "--for", "4s");
    changing.join();
    assertThat(moving.out().lines().filter(line -> line.startsWith("SERVICE")).count())
        .isGreaterThan(1);
  }
}
