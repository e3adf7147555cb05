package dev.fairlead.app.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.command.Entry;
import dev.fairlead.app.command.Exit;
import dev.fairlead.app.state.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** {@code fairlead simulate} as a person meets it, with the engine behind it. */
class SimulateCommandTest {
  private static final String SCENARIO =
      """
      apiVersion: fairlead.dev/v1alpha1
      kind: Scenario
      metadata: {name: small}
      spec:
        duration: 5s
        warmUp: 1s
        clusters: [{name: east, region: us-east}, {name: west, region: us-west}]
        links: [{from: east, to: west, delay: 30ms}]
        prices:
          - {from: {region: us-east}, to: {region: us-west}, dollarsPerGiB: 0.02, symmetric: true}
        services:
          - name: web
            serviceTime: {exponential: {mean: 20ms}}
            pods: [{cluster: east, count: 2}, {cluster: west, count: 2}]
        traffic:
          - {from: east, service: web, rate: 100}
        contenders:
          - {name: locality}
          - {name: even, steering: {policy: even, period: 1s}}
          - {name: oracle, oracle: true}
        expect:
          - {contender: even, metric: p50Millis, relativeTo: locality, atLeast: 1.5, why: the way}
      """;

  @TempDir Path folder;
  private Path file = Path.of("");

  private record Run(int exit, String out, String err) {
    JsonNode json() {
      return Json.MAPPER.readTree(out);
    }
  }

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("small.yaml"), SCENARIO);
  }

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Entry.commandLine(Map.of(), List.of(new SimulateCommand()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                Stream.concat(Stream.of("simulate"), Stream.of(arguments)).toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }

  @Test
  void contendersStandSideBySide() {
    Run run = run(file.toString());

    assertThat(run.exit).isEqualTo(Exit.OK);
    assertThat(run.err).isEmpty();
    assertThat(run.out.lines().map(line -> line.split(" +")[0]))
        .containsExactly("small:", "policy", "locality", "even", "oracle", "as");
    assertThat(run.out).contains("as expected: even p50Millis ÷ locality: expected at least 1.5");
  }

  @Test
  void theJsonHasTheFieldsThatScriptsRead() {
    JsonNode json = run(file.toString(), "-o", "json").json();

    assertThat(json.path("scenario").stringValue()).isEqualTo("small");
    assertThat(json.path("seed").intValue()).isEqualTo(1);
    JsonNode even = json.path("policies").path(1);
    assertThat(even.path("name").stringValue()).isEqualTo("even");
    assertThat(even.path("completed").longValue()).isBetween(400L, 600L);
    assertThat(even.path("failed").longValue()).isZero();
    assertThat(even.path("p99Millis").doubleValue()).isBetween(60.0, 300.0);
    assertThat(even.path("crossClusterRatio").doubleValue()).isBetween(0.4, 0.6);
    assertThat(even.path("dollarsPerHour").doubleValue()).isPositive();
    assertThat(even.path("byClass").path("3").path("completed")).isEqualTo(even.path("completed"));
    assertThat(even.path("sharesOverTime").size()).isEqualTo(2);
    assertThat(json.path("expectations").path(0).path("met").booleanValue()).isTrue();
  }

  @Test
  void theSameSeedGivesTheSameNumbersWithAnyNumberOfJobsAndAnotherSeedOthers() {
    String one = run(file.toString(), "-o", "json", "--jobs", "1").out;

    assertThat(run(file.toString(), "-o", "json", "--jobs", "3").out).isEqualTo(one);
    assertThat(run(file.toString(), "-o", "json", "--seed", "1").out).isEqualTo(one);
    assertThat(run(file.toString(), "-o", "json", "--seed", "2").out).isNotEqualTo(one);
  }

  @Test
  void aMissedExpectationIsExit1AndSaidInEachFormat() {
    String missed = "spec.expect[0].atLeast=99";
    Run table = run(file.toString(), "--set", missed);
    Run json = run(file.toString(), "--set", missed, "-o", "json");

    assertThat(table.exit).isEqualTo(Exit.FAILED);
    assertThat(table.out)
        .contains("MISSED: even p50Millis ÷ locality: expected at least 99, measured ");
    assertThat(json.exit).isEqualTo(Exit.FAILED);
    assertThat(json.json().path("expectations").path(0).path("met").booleanValue()).isFalse();
  }

  @Test
  void contendersCanBeChosenAndExpectationsAboutOthersFallAway() {
    JsonNode json =
        run(file.toString(), "-o", "json", "--contender", "oracle", "--contender", "even").json();

    assertThat(json.path("policies").size()).isEqualTo(2);
    assertThat(json.path("policies").path(0).path("name").stringValue()).isEqualTo("even");
    assertThat(json.path("expectations").size()).isZero();
  }

  @Test
  void aSweepIsARunForEachValue() {
    JsonNode json =
        run(
                file.toString(),
                "-o",
                "json",
                "--contender",
                "even",
                "--set",
                "spec.sweep={path: 'spec.links[0].delay', values: [1ms, 100ms]}")
            .json();

    assertThat(json.size()).isEqualTo(2);
    assertThat(json.path(1).path("sweep").path("value").stringValue()).isEqualTo("100ms");
    double near = json.path(0).path("policies").path(0).path("p90Millis").doubleValue();
    double far = json.path(1).path("policies").path(0).path("p90Millis").doubleValue();
    assertThat(far - near).isBetween(150.0, 250.0);
  }

  @Test
  void csvIsOneRowForEachPolicyAndClass() {
    Run run = run(file.toString(), "-o", "csv");

    assertThat(run.out.lines()).hasSize(7);
    assertThat(run.out).contains("\nsmall,1,,,even,,");
  }

  @Test
  void theReportIsWrittenBesideTheTable() throws IOException {
    Path html = folder.resolve("report.html");
    Run run = run(file.toString(), "--html", html.toString());

    assertThat(run.exit).isEqualTo(Exit.OK);
    assertThat(run.out).contains("locality");
    assertThat(Files.readString(html)).startsWith("<!doctype html>").contains("<h2>small</h2>");
  }

  @Test
  void aReportThatCannotBeWrittenIsSaidBeforeTheWork() {
    Run run = run(file.toString(), "--html", folder.resolve("no/such/report.html").toString());

    assertThat(run.exit).isEqualTo(Exit.UNAVAILABLE);
    assertThat(run.out).isEmpty();
    assertThat(run.err).contains("report.html cannot be written");
  }

  @Test
  void aDocumentMayComeByAPipe() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(SCENARIO.getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(run("-", "-o", "csv", "--contender", "even").out).contains("small,1,,,even");
    } finally {
      System.setIn(before);
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("no file", "", "FILE"),
        Arguments.of("a bad format", "FILE -o yaml", "'yaml' is none of table, json, csv"),
        Arguments.of("a bad seed", "FILE --seed x", "--seed: 'x' is no whole number"),
        Arguments.of("a negative seed", "FILE --seed -1", "--seed must not be negative"),
        Arguments.of("a stranger", "FILE --contender evne", "did you mean 'even'?"),
        Arguments.of("no setting", "FILE --set spec.seed", "--set: 'spec.seed' is not as"),
        Arguments.of("no jobs", "FILE --jobs 0", "--jobs must be from 1"),
        Arguments.of("a slip", "FILE --sede 1", "did you mean '--seed'?"),
        Arguments.of("stdin among files", "- FILE", "- stands alone"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aUsageErrorIsExit64(String name, String line, String says) {
    String[] arguments =
        line.isEmpty() ? new String[0] : line.replace("FILE", file.toString()).split(" ");
    Run run = run(arguments);

    assertThat(run.exit).isEqualTo(Exit.USAGE);
    assertThat(run.out).isEmpty();
    assertThat(run.err).contains(says).doesNotContain("\tat ");
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        Arguments.of("a mistake", SCENARIO.replace("30ms", "30"), "8:41: spec.links[0].delay"),
        Arguments.of(
            "configuration",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1}]}\n",
            "1:1: is no Scenario"),
        Arguments.of("nothing", "# nothing\n", "has no documents"),
        Arguments.of("no YAML", "a: [", "not YAML"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void aBadDocumentIsExit65WithItsPlace(String name, String text, String says) throws IOException {
    Files.writeString(file, text);
    Run run = run(file.toString());

    assertThat(run.exit).isEqualTo(Exit.DOCUMENTS);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith(file.toString()).contains(says);
  }

  @Test
  void aFileThatIsNotThereIsABadDocument() {
    Run run = run(folder.resolve("none.yaml").toString());

    assertThat(run.exit).isEqualTo(Exit.DOCUMENTS);
    assertThat(run.err).contains("none.yaml: does not exist");
  }

  @Test
  void validateKnowsScenariosAndRunRefusesThem() throws IOException {
    StringWriter told = new StringWriter();
    var line =
        Entry.commandLine(Map.of(), List.of())
            .setOut(new PrintWriter(told))
            .setErr(new PrintWriter(told));

    assertThat(line.execute("validate", "-f", file.toString())).isEqualTo(Exit.OK);
    assertThat(told.toString())
        .contains("accepted: 0 listeners, 0 services, 0 clusters, 1 simulation");
    assertThat(line.execute("run", "--config", folder.toString())).isEqualTo(Exit.DOCUMENTS);
    assertThat(told.toString())
        .contains("kind: 'Scenario' is no configuration (run it: fairlead simulate FILE)");
    Files.writeString(file, SCENARIO.replace("rate: 100", "rate: -100"));
    assertThat(line.execute("validate", "-f", file.toString())).isEqualTo(Exit.DOCUMENTS);
    assertThat(told.toString()).contains("spec.traffic[0].rate: '-100' is outside");
  }
}
