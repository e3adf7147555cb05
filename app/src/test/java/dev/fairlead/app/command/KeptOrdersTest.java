package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.app.ShopDocuments;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.StartFailure;
import dev.fairlead.app.run.TestDaemon;
import dev.fairlead.app.state.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What operators ordered holds in the process that comes after, from its first plan on. */
class KeptOrdersTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private Path documents;
  private Path orders;
  private Daemon daemon;

  @BeforeEach
  void start() throws IOException {
    documents = Files.createDirectory(folder.resolve("documents"));
    orders = Files.createDirectory(folder.resolve("state")).resolve("orders.json");
    write(true);
    restart();
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  /** Half and half, or all to the west while the east has no endpoint. */
  private void write(boolean east) throws IOException {
    Files.writeString(
        documents.resolve("all.yaml"),
        ShopDocuments.join(
            ShopDocuments.WEST,
            ShopDocuments.EAST,
            ShopDocuments.endpoints(
                "{cluster: west, addresses: [\"127.0.0.1:1\"]}"
                    + (east ? ", {cluster: east, addresses: [\"127.0.0.1:2\"]}" : "")),
            ShopDocuments.objective("even", "drive")));
  }

  private void restart() {
    if (daemon != null) {
      daemon.close();
    }
    daemon = TestDaemon.of(TestDaemon.settings(documents).withOrders(orders), log);
    daemon.start();
    await().atMost(SOON).until(() -> status().path("planVersion").isNumber());
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--admin", TestDaemon.admin(daemon)));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertThat(run.exit()).as(run.err()).isZero();
    return run;
  }

  private JsonNode status() {
    return Json.MAPPER.readTree(run("get", "status", "-o", "json").out()).at("/services/0");
  }

  private double share(String destination) {
    JsonNode why = Json.MAPPER.readTree(run("explain", "weights", "shop", "-o", "json").out());
    for (JsonNode each : why.path("destinations")) {
      if (each.path("name").asString().equals(destination)) {
        return each.path("share").asDouble();
      }
    }
    return 0;
  }

  private boolean hasSeen(String destination) {
    return run("get", "endpoints").out().contains(" " + destination + " ");
  }

  private String logged() {
    return log.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFreezeHoldsWithTheWeightsThatWereInForce() throws Exception {
    write(false);
    restart();
    assertThat(share("west")).isEqualTo(1);
    run("freeze", "shop", "--by", "ann", "--why", "incident 4711");
    write(true);

    restart();

    assertThat(logged()).contains("orders restored");
    assertThat(hasSeen("east")).isTrue();
    assertThat(status().at("/frozen/by").asString()).isEqualTo("ann");
    assertThat(status().at("/frozen/why").asString()).isEqualTo("incident 4711");
    assertThat(run("get", "status").err()).contains("frozen", "by ann (incident 4711)");
    long generation = periods();
    await().atMost(SOON).until(() -> periods() > generation + 3);
    assertThat(share("west")).isEqualTo(1);

    run("unfreeze", "shop");
    await().atMost(SOON).until(() -> share("east") > 0.4);
    restart();
    assertThat(status().path("frozen").isNull()).isTrue();
  }

  /** Changes that the freeze held back: a step each. */
  private long periods() {
    return Json.MAPPER
        .readTree(run("explain", "weights", "shop", "-o", "json").out())
        .at("/suppressed/freeze")
        .asLong();
  }

  @Test
  void aFreezeOfAllHoldsForEachAndEndsWithOneOrder() throws Exception {
    write(false);
    restart();
    run("freeze", "--by", "bob");
    write(true);

    restart();

    long before = periods();
    await().atMost(SOON).until(() -> periods() > before + 3);
    assertThat(share("west")).isEqualTo(1);
    assertThat(run("get", "status").err()).contains("all services: frozen", "by bob");
    run("unfreeze");
    await().atMost(SOON).until(() -> share("east") > 0.4);
  }

  @Test
  void aModeAndWhatWasAppliedHold() {
    run("mode", "shop", "advise", "--by", "eve");
    await().atMost(SOON).until(() -> status().path("mode").asString().equals("advise"));
    run("apply", "shop", "--by", "fay");

    restart();

    JsonNode shop = status();
    assertThat(shop.path("mode").asString()).isEqualTo("advise");
    assertThat(shop.at("/modeOrder/by").asString()).isEqualTo("eve");
    assertThat(shop.at("/appliedOrder/by").asString()).isEqualTo("fay");
    await().atMost(SOON).until(() -> run("get", "weights").out().contains("50.0%"));
    JsonNode weights = Json.MAPPER.readTree(run("get", "weights", "-o", "json").out());
    assertThat(weights.at("/0/clusters/0/inForce").asDouble()).isEqualTo(0.5);
  }

  @Test
  void anOrderThatCannotBeKeptIsInForceAndSaysSo() throws Exception {
    Files.delete(orders.getParent());

    CommandRun run = run("freeze", "shop");

    assertThat(run.err()).contains("would be lost with the process");
    assertThat(status().path("frozen").isObject()).isTrue();
    assertThat(logged()).contains("orders are not kept");
    Files.createDirectory(orders.getParent());
    await().atMost(SOON).until(() -> Files.exists(orders));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "not json                                     | line 1",
        "{\"format\": 2}                              | format: 2 is not 1",
        "{\"format\": 1, \"all\": null, \"services\": null} | value encountered for property",
        "{\"format\": 1, \"all\": null, \"services\": [null]} | value encountered for property",
        "{\"format\": 1, \"services\": [], \"all\": {\"by\": null, \"atMillis\": 1, \"why\": \"\"}}"
            + " | value encountered for property",
        "{\"format\": 1, \"all\": null, \"services\": [], \"x\": 1} | \"x\"",
        "{\"format\": 1, \"all\": null, \"services\": [{\"namespace\": \"default\", \"name\": \"shop\","
            + " \"mode\": {\"mode\": \"dirve\", \"order\": {\"by\": \"a\", \"atMillis\": 1, \"why\": \"\"}},"
            + " \"freeze\": null, \"applied\": null}]} | service default/shop: mode: 'dirve' is none",
        "{\"format\": 1, \"all\": null, \"services\": [{\"namespace\": \"default\", \"name\": \"shop\","
            + " \"mode\": null, \"freeze\": {\"order\": null, \"plan\": null}, \"applied\": null}]}"
            + " | freeze: who ordered it is missing",
        "{\"format\": 1, \"all\": null, \"services\": [{\"namespace\": \"default\", \"name\": \"shop\","
            + " \"mode\": null, \"freeze\": {\"order\": {\"by\": \"a\", \"atMillis\": 1, \"why\": \"\"},"
            + " \"plan\": {\"version\": 1, \"atMillis\": 1, \"why\": \"\", \"from\": \"west\","
            + " \"shares\": [{\"destination\": \"west\", \"share\": 0.5, \"reason\": \"\"}], \"classes\": {}}},"
            + " \"applied\": null}]} | the shares of a plan sum to 0.5, not to 1",
      })
  void whatCannotBeReadIsAnErrorThatLeavesTheFileAsItIs(String text, String why) throws Exception {
    daemon.close();
    Files.writeString(orders, text);
    daemon = TestDaemon.of(TestDaemon.settings(documents).withOrders(orders), log);

    assertThatThrownBy(daemon::start)
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(StartFailure.Kind.DOCUMENTS);
              assertThat(failure.lines()).hasSize(1);
              assertThat(failure.lines().getFirst())
                  .contains(orders.toString(), why, "mend the file");
            });
    assertThat(Files.readString(orders)).isEqualTo(text);
  }

  @Test
  void whatIsNoTextIsAnErrorInTheFile() throws Exception {
    daemon.close();
    Files.write(orders, new byte[] {(byte) 0xff, 0, 1});
    daemon = TestDaemon.of(TestDaemon.settings(documents).withOrders(orders), log);

    assertThatThrownBy(daemon::start)
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(StartFailure.Kind.DOCUMENTS))
        .hasMessageContaining("mend the file");
  }

  @Test
  void aFolderThatIsNotThereIsAnErrorAtTheStart() {
    Path nowhere = folder.resolve("nowhere/orders.json");
    try (Daemon other = TestDaemon.of(TestDaemon.settings(documents).withOrders(nowhere), log)) {
      assertThatThrownBy(other::start)
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("no folder that can be written to")
          .hasMessageContaining("--orders-file");
    }
  }
}
