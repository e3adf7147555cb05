package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.app.ShopDocuments;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.TestDaemon;
import dev.fairlead.app.state.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Operators' orders to a process that runs, over its admin API, by the commands themselves. */
class OrdersTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final HttpClient client = HttpClient.newHttpClient();
  private Daemon daemon;
  private String admin = "";
  private String tokenFile = "";

  @BeforeEach
  void start() throws IOException {
    write("observe", 1);
    Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    tokenFile = token.toString();
    daemon = daemon(token);
    daemon.start();
    admin = "http://127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort();
    await().atMost(SOON).until(() -> !service("shop").path("planVersion").isNull());
  }

  private Daemon daemon(Path token) {
    return TestDaemon.of(
        TestDaemon.settings(folder.resolve("documents")).withAdminToken(token), log);
  }

  @AfterEach
  void stop() {
    daemon.close();
    client.close();
  }

  /** The even policy: half and half, as long as both clusters have an endpoint. */
  private void write(String mode, int farEndpoints) throws IOException {
    Files.createDirectories(folder.resolve("documents"));
    Files.writeString(
        folder.resolve("documents/all.yaml"),
        ShopDocuments.join(
            ShopDocuments.WEST,
            ShopDocuments.EAST,
            ShopDocuments.endpoints(
                "{cluster: west, addresses: [\"127.0.0.1:1\"]}"
                    + (farEndpoints > 0 ? ", {cluster: east, addresses: [\"127.0.0.1:2\"]}" : "")),
            """
            apiVersion: fairlead.dev/v1alpha1
            kind: ServiceEndpoints
            metadata: {name: plain}
            spec: {clusters: [{cluster: west, addresses: ["127.0.0.1:3"]}]}
            """,
            ShopDocuments.objective("even", mode)));
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--admin", admin, "--token-file", tokenFile));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private CommandRun fine(String... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.exit()).as(run.err()).isZero();
    return run;
  }

  private JsonNode status() {
    return Json.MAPPER.readTree(fine("get", "status", "-o", "json").out());
  }

  private JsonNode service(String name) {
    for (JsonNode each : status().path("services")) {
      if (each.path("name").asString().equals("default/" + name)) {
        return each;
      }
    }
    throw new AssertionError("no service " + name + " in " + status());
  }

  private void reload() {
    long before = status().path("generation").asLong();
    daemon.reload("test");
    await().atMost(SOON).until(() -> status().path("generation").asLong() > before);
  }

  private String logged() {
    return log.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aModeThatIsOrderedHoldsOverReloadsUntilItIsGivenBack() throws Exception {
    CommandRun ordered = fine("mode", "shop", "drive", "--by", "ann");

    assertThat(ordered.out())
        .isEqualToIgnoringNewLines("default/shop: mode drive by order (the documents say observe)");
    assertThat(service("shop").path("mode").asString()).isEqualTo("drive");
    CommandRun status = fine("get", "status");
    assertThat(status.out()).contains("drive", "order");
    assertThat(status.err()).contains("by ann; the documents say observe");
    assertThat(logged()).contains("admin request", "path=/api/mode", "token=valid", "ann");

    write("advise", 1);
    reload();
    assertThat(service("shop").path("mode").asString()).isEqualTo("drive");
    assertThat(service("shop").path("documentedMode").asString()).isEqualTo("advise");

    assertThat(fine("mode", "default/shop", "documents").out()).contains("mode advise");
    assertThat(service("shop").path("modeOrder").isNull()).isTrue();
  }

  @Test
  void anOrderOutlivesTheServiceItIsFor() throws Exception {
    fine("mode", "shop", "drive");
    String whole = Files.readString(folder.resolve("documents/all.yaml"));
    Files.writeString(
        folder.resolve("documents/all.yaml"), whole.substring(0, whole.lastIndexOf("---")));
    reload();
    assertThat(service("shop").path("policy").isNull()).isTrue();
    assertThat(fine("get", "status").err()).contains("nothing of it any more");

    write("observe", 1);
    reload();
    await().atMost(SOON).until(() -> service("shop").path("mode").asString("").equals("drive"));
  }

  @Test
  void frozenWeightsStayWhateverIsWantedButNotAtWhatIsGone() throws Exception {
    write("drive", 0);
    reload();
    await().atMost(SOON).until(() -> share("west") == 1);
    fine("freeze", "shop", "--by", "bo");
    write("drive", 1);
    reload();
    long frozenAt = service("shop").path("planVersion").asLong();
    assertThat(service("shop").path("frozen").path("by").asString()).isEqualTo("bo");
    // The first who froze stays named, and a freeze of all comes on top.
    fine("freeze", "shop", "--by", "cy");
    fine("freeze", "--by", "dee");
    assertThat(service("shop").path("frozen").path("by").asString()).isEqualTo("bo");
    assertThat(run("unfreeze", "shop"))
        .satisfies(run -> assertThat(run.exit()).isEqualTo(Exit.FAILED))
        .satisfies(run -> assertThat(run.err()).contains("all services are frozen"));
    await().atMost(SOON).until(() -> suppressed("freeze") > 3);
    assertThat(share("west")).isEqualTo(1);
    assertThat(service("shop").path("planVersion").asLong()).isEqualTo(frozenAt);

    fine("unfreeze");
    await().atMost(SOON).until(() -> share("east") > 0);
    assertThat(service("shop").path("frozen").isNull()).isTrue();
  }

  private JsonNode reasons() {
    HttpResponse<String> answer = request("GET", "/api/explain/weights?service=shop", TOKEN, "");
    return Json.MAPPER.readTree(answer.body());
  }

  private long suppressed(String why) {
    return reasons().path("suppressed").path(why).asLong();
  }

  private double share(String destination) {
    for (JsonNode each : reasons().path("destinations")) {
      if (each.path("name").asString().equals(destination)) {
        return each.path("share").asDouble();
      }
    }
    return 0;
  }

  @Test
  void aRollbackPutsAVersionInForceAndFreezesIt() throws Exception {
    write("drive", 0);
    reload();
    await().atMost(SOON).until(() -> share("west") == 1);
    long alone = service("shop").path("planVersion").asLong();
    write("drive", 1);
    reload();
    await().atMost(SOON).until(() -> share("east") > 0.4);

    CommandRun back = fine("rollback", "shop", Long.toString(alone), "--by", "eve");
    assertThat(back.out()).contains("frozen", "at version " + alone, "until unfreeze");
    assertThat(share("west")).isEqualTo(1);
    assertThat(service("shop").path("planVersion").asLong()).isGreaterThan(alone);
    assertThat(fine("history", "shop").out())
        .contains("back to version " + alone + " by order of eve")
        .contains("west 100.0%");
    await().atMost(SOON).until(() -> suppressed("freeze") > 3);
    assertThat(share("west")).isEqualTo(1);

    fine("unfreeze", "shop");
    await().atMost(SOON).until(() -> share("east") > 0.4);
  }

  @Test
  void whatIsAppliedIsInForceUntilUndoneOrAnotherMode() throws Exception {
    assertThat(run("apply", "shop").err()).contains("mode observe");
    fine("mode", "shop", "advise");
    long version = service("shop").path("planVersion").asLong();
    CommandRun late = run("apply", "shop", "--plan-version", "77");
    assertThat(late.exit()).isEqualTo(Exit.FAILED);
    assertThat(late.err()).contains("version " + version + " by now, not 77");

    CommandRun applied =
        fine("apply", "shop", "--plan-version", Long.toString(version), "--by", "fay");
    assertThat(applied.out()).contains("mode advise", "version " + version + " applied for");
    assertThat(fine("history", "shop").out()).contains(version + "*");
    assertThat(fine("apply", "shop", "--undo").out()).doesNotContain("applied");
    assertThat(fine("history", "shop").out()).doesNotContain("*");

    fine("apply", "shop");
    write("drive", 1);
    fine("mode", "shop", "documents");
    fine("mode", "shop", "advise");
    assertThat(service("shop").path("applied").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "mode shp drive         | 1  | did you mean 'default/shop'?",
        "mode plain drive       | 1  | is not steered",
        "mode shop dirve        | 64 | 'dirve' is none of observe, advise, drive, documents",
        "freeze nothing/at-all  | 1  | there is no service 'nothing/at-all'",
        "rollback shop 4711     | 1  | no version 4711 to go back to",
        "rollback shop x        | 64 | 'x' is no whole number",
        "rollback shop 1        | 1  | is in mode observe",
        "history shp            | 1  | did you mean 'default/shop'?",
      })
  void whatCannotBeOrderedIsAnErrorThatSaysWhy(String line, int exit, String why) {
    CommandRun run = run(line.strip().split(" +"));

    assertThat(run.err()).contains(why).doesNotContain("\tat ");
    assertThat(run.exit()).isEqualTo(exit);
    assertThat(run.out()).isEmpty();
    assertThat(service("shop").path("mode").asString()).isEqualTo("observe");
  }

  @Test
  void withoutTheTokenNothingIsToldButWhatProbesAsk() throws Exception {
    assertThat(request("GET", "/livez", "", "").statusCode()).isEqualTo(200);
    assertThat(request("GET", "/readyz", "", "").statusCode()).isEqualTo(200);
    assertThat(request("GET", "/metrics", "", "").statusCode()).isEqualTo(200);
    for (String path : List.of("/", "/api/state", "/api/status", "/api/config", "/api/tap")) {
      assertThat(request("GET", path, "", "").statusCode()).as(path).isEqualTo(401);
    }
    String order = "{\"by\": \"eve\", \"service\": \"shop\", \"mode\": \"drive\"}";
    assertThat(request("POST", "/api/mode", "", order).statusCode()).isEqualTo(401);
    assertThat(request("POST", "/api/mode", TOKEN + "0", order).statusCode()).isEqualTo(401);
    assertThat(request("POST", "/api/mode", TOKEN.substring(1), order).statusCode()).isEqualTo(401);
    assertThat(request("GET", "/api/mode", TOKEN, "").statusCode()).isEqualTo(404);
    assertThat(service("shop").path("mode").asString()).isEqualTo("observe");
    CommandRun none = CommandRun.of("get", "status", "--admin", admin);
    assertThat(none.exit()).isEqualTo(Exit.UNAVAILABLE);
    assertThat(none.err()).contains("asks for a token", "--token-file");
    Path wrong = Files.writeString(folder.resolve("wrong"), "another-token-altogether\n");
    CommandRun other = CommandRun.of("freeze", "--admin", admin, "--token-file", wrong.toString());
    assertThat(other.exit()).isEqualTo(Exit.UNAVAILABLE);
    assertThat(other.err()).contains("does not know the token").doesNotContain("another-token");
  }

  private HttpResponse<String> request(String method, String path, String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(admin + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTokenThatChangesHoldsAtOnceAndWithoutItsFileTheDoorIsShut() throws Exception {
    Path file = Path.of(tokenFile);
    Path next = Files.writeString(folder.resolve("next"), TOKEN + "\nanother-token-altogether\n");
    Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(request("GET", "/api/status", "another-token-altogether", "").statusCode())
        .isEqualTo(200);
    assertThat(request("GET", "/api/status", TOKEN, "").statusCode()).isEqualTo(200);

    Files.delete(file);
    assertThat(request("GET", "/api/status", TOKEN, "").statusCode()).isEqualTo(401);
    assertThat(logged()).contains("admin API closed");
    Files.writeString(file, "yet-another-token-of-some-length");
    assertThat(request("GET", "/api/status", TOKEN, "").statusCode()).isEqualTo(401);
    assertThat(request("GET", "/api/status", "yet-another-token-of-some-length", "").statusCode())
        .isEqualTo(200);
  }

  @Test
  void ordersAtTheSameMomentAreTakenOneAfterTheOther() throws Exception {
    List<Callable<CommandRun>> orders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String mode = i % 2 == 0 ? "drive" : "advise";
      String by = "operator-" + i;
      orders.add(() -> run("mode", "shop", mode, "--by", by));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<CommandRun> done : threads.invokeAll(orders)) {
        assertThat(done.get().exit()).isZero();
      }
    }
    JsonNode last = service("shop");
    String by = last.path("modeOrder").path("by").asString();
    int at = Integer.parseInt(by.substring("operator-".length()));
    // What holds is one order whole: its mode with its name.
    assertThat(last.path("mode").asString()).isEqualTo(at % 2 == 0 ? "drive" : "advise");
    for (int i = 0; i < 8; i++) {
      assertThat(logged()).contains("operator-" + i);
    }
  }

  @Test
  void aProcessThatIsNotThereIsExit69() throws IOException {
    int free = TestDaemon.freePort();
    CommandRun run = CommandRun.of("freeze", "--admin", "http://127.0.0.1:" + free);

    assertThat(run.exit()).isEqualTo(Exit.UNAVAILABLE);
    assertThat(run.err()).contains("nothing listens at");
  }
}
