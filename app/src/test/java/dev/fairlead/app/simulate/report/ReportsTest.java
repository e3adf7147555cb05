package dev.fairlead.app.simulate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.simulate.document.ScenarioDocument.Point;
import dev.fairlead.app.state.Json;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Metric;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What results look like: as a table, as JSON, as CSV. */
class ReportsTest {
  private static final List<Expectation> EXPECTED =
      List.of(
          new Expectation(
              "locality",
              Metric.P99_MILLIS,
              Optional.empty(),
              Optional.empty(),
              new Expectation.AtMost(100),
              "as published"),
          new Expectation(
              "locality",
              Metric.COMPLETED,
              Optional.of(6),
              Optional.empty(),
              new Expectation.AtLeast(1),
              ""),
          new Expectation(
              "dead",
              Metric.FAILED,
              Optional.empty(),
              Optional.of("locality"),
              new Expectation.Near(0.07, 0.001),
              ""));

  private static Comparison one() {
    return Results.of("made-up", "For tests.", Optional.empty(), EXPECTED);
  }

  private static Comparison at(String value, int index) {
    return Results.of(
        "swept",
        "",
        Optional.of(new Point("spec.seed", value, index, 2)),
        List.of(EXPECTED.get(0)));
  }

  private static String table(Comparison... comparisons) {
    StringWriter text = new StringWriter();
    TableReport.print(List.of(comparisons), new PrintWriter(text));
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  @Test
  void theTableHasCompletedAndFailedBesideEachLatencyAndSaysWhatWasExpected() {
    assertThat(table(one()))
        .isEqualTo(
            """
            made-up: 10 s after a warm-up of 2 s, seed 7
            policy     completed  failed  shed  p50 ms  p90 ms  p99 ms  p99.9 ms  crossed  $/hour  $/month  oscillation
            locality         900     100    20    20.0    40.0    90.3     130.0   25.0 %  0.5000   360.00         2.50
              class 3        900     100    20    20.0    40.0    90.3     130.0
              class 6          0       7     7       –       –       –         –
            dead               0       7     7       –       –       –         –        –  0.0000   0.0000         0.00
            as expected: locality p99Millis: expected at most 100, measured 90.25 (as published)
            MISSED: locality completed of class 6: expected at least 1, measured 0
            as expected: dead failed ÷ locality: expected 0.07 ± 0.001, measured 0.07
            """);
  }

  @Test
  void aSweepIsOneTableWithItsValueInFront() {
    assertThat(table(at("1", 0), at("2", 1)))
        .containsOnlyOnce("swept: ")
        .contains("spec.seed  policy", "\n1          locality", "\n2          dead ")
        .contains("as expected: at 2: locality p99Millis");
    assertThat(table(one(), one())).contains("\n\nmade-up: ");
  }

  @Test
  void aTerminalIsNotObeyedByADocument() {
    assertThat(table(at("\u001b[2Jgone\n\u202eback", 0)))
        .contains("[2Jgone back", "at  [2Jgone")
        .doesNotContain("\u001b", "\u202e");
  }

  /** Golden: who reads it reads exactly this. */
  @Test
  void theJsonIsAsDocumented() throws IOException {
    String golden = Files.readString(Path.of("src/test/resources/scenario/result.json"));

    assertThat(JsonReport.text(List.of(one()))).isEqualToNormalizingNewlines(golden.strip());
  }

  @Test
  void theJsonIsAnObjectForOneRunAndAListOtherwise() {
    JsonNode one = Json.MAPPER.readTree(JsonReport.text(List.of(one())));
    JsonNode swept = Json.MAPPER.readTree(JsonReport.text(List.of(at("1", 0))));
    JsonNode two = Json.MAPPER.readTree(JsonReport.text(List.of(one(), one())));

    assertThat(one.isObject()).isTrue();
    assertThat(one.path("policies").path(1).path("p99Millis").isNull()).isTrue();
    assertThat(swept.isArray()).isTrue();
    assertThat(swept.path(0).path("sweep").path("value").stringValue()).isEqualTo("1");
    assertThat(two.size()).isEqualTo(2);
  }

  @Test
  void csvHasARowForEachContenderAndEachOfItsClasses() {
    List<String> rows = CsvReport.text(List.of(one(), at("a, \"b\"", 0))).lines().toList();

    assertThat(rows).hasSize(1 + 2 * 5);
    assertThat(rows.get(0)).startsWith("scenario,seed,sweepPath,sweepValue,policy,class,completed");
    assertThat(rows.get(1))
        .isEqualTo(
            "made-up,7,,,locality,,900,100,20,0.9,25.5,20.0,40.0,90.25,130.0,0.25,0.5,360.0,2.5,"
                + "1.05,1234.5");
    assertThat(rows.get(3)).isEqualTo("made-up,7,,,locality,6,0,7,7,0.0,,,,,,,,,,,");
    assertThat(rows.get(6)).startsWith("swept,7,spec.seed,\"a, \"\"b\"\"\",locality,,900");
  }
}
