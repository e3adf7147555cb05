package dev.fairlead.telemetry.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateFileTest {
  private static final String OWN =
      """
      {
        // As our own gateway counts.
        "labels": {"svc": "$namespace-$destination"},
        "latencyUnit": "ms",
        "age": "time() - max by ($by) (timestamp(reqs{$match}))",
        "ended": "sum by ($by) (rate(reqs{$match}[$window]))",
        "latency": "sum by ($by, le) (rate(reqs_ms_bucket{$match}[$window]))"
      }
      """;

  @Test
  void anOwnSetOfQueries(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("own.json");
    Files.writeString(file, OWN);

    QuerySet set = TemplateFile.read(file);

    assertThat(set.labels()).containsEntry("svc", "$namespace-$destination").hasSize(1);
    assertThat(set.latencyUnitNanos()).isEqualTo(1e6);
    assertThat(set.has(Signal.STARTED)).isFalse();
    assertThat(set.templates().get(Signal.ENDED))
        .isEqualTo("sum by ($by) (rate(reqs{$match}[$window]))");
  }

  @Test
  void aSetCanChangeSomethingOfABuiltInOne() {
    QuerySet set =
        TemplateFile.read(
            "own.json",
            "{\"base\": \"linkerd\","
                + " \"failed\": \"sum by ($by) (rate(response_total{$match,code=~'5..'}[$window]))\"}");

    assertThat(set.labels()).isEqualTo(QuerySets.LINKERD.labels());
    assertThat(set.latencyUnitNanos()).isEqualTo(1e6);
    assertThat(set.templates().get(Signal.FAILED)).contains("5..");
    assertThat(set.templates().get(Signal.ENDED))
        .isEqualTo(QuerySets.LINKERD.templates().get(Signal.ENDED));
  }

  @Test
  void theExampleOfTheDocumentationWorks() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "telemetry.md"));
    String example = page.substring(page.indexOf("```\n{") + 4, page.indexOf("}\n```") + 1);

    QuerySet set = TemplateFile.read("telemetry.md", example);

    assertThat(set.labels()).containsEntry("cluster", "east");
    assertThat(set.templates().get(Signal.FAILED)).contains("429");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"age\"; \"aeg\"; own.json:5:3: aeg: is not known (known are base, labels,",
        "\"ms\"; \"msec\"; own.json:4:18: latencyUnit: is no unit: msec (s, ms, us or ns)",
        "\"latencyUnit\": \"ms\",; ; own.json:1:1: latencyUnit: is missing",
        "reqs{$match}[; reqs[; own.json:6:3: ended: has no $match",
        "by ($by) (rate; by (svc) (rate; own.json:6:3: ended: has no $by",
        "reqs{$match}[$window; reqs{$match}[$wnidow; own.json:6:3: ended: has the unknown variable $wnidow (known are $by, $match, $recent, $window)",
        "$by, le; $by; own.json:7:3: latency: does not keep le",
        "$namespace-$destination; $namespace; own.json:3:3: labels: has no $destination",
        "$namespace-; $pod-; own.json:3:14: labels.svc: has the unknown variable $pod",
        "$namespace-; (; own.json:3:14: labels.svc: is no regular expression",
        "\"svc\"; \"s v c\"; own.json:3:14: labels.s v c: is no label's name",
        "{\"svc\": \"$namespace-$destination\"}; {}; own.json:3:3: labels: is empty",
        "{\"svc\": \"$namespace-$destination\"}; 3; own.json:3:13: labels: is no object",
        "\"ms\"; 1000; own.json:4:18: latencyUnit: is no text",
        "\"ended\":; \"age\":; own.json:6:8: the file: is no JSON: Duplicate",
        "\"latencyUnit\"; \"base\": \"smi\", \"latencyUnit\"; own.json:4:11: base: is no query set: smi (one of linkerd, istio, envoy, fairlead, otel)",
      })
  void amistakeIsNamedWithItsPlace(String good, String bad, String message) {
    String text = OWN.replace(good, bad == null ? "" : bad);
    assertThat(text).isNotEqualTo(OWN);

    assertThatThrownBy(() -> TemplateFile.read("own.json", text))
        .isInstanceOf(BadTemplate.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aFileThatIsCutOffOrNotThereSaysSo(@TempDir Path folder) {
    assertThatThrownBy(() -> TemplateFile.read("own.json", OWN.substring(0, 100)))
        .isInstanceOf(BadTemplate.class)
        .hasMessageMatching("own\\.json:\\d+:\\d+: the file: is no JSON: .*\\(.*\\)");
    assertThatThrownBy(() -> TemplateFile.read("own.json", ""))
        .isInstanceOf(BadTemplate.class)
        .hasMessageStartingWith("own.json:1:");
    assertThatThrownBy(() -> TemplateFile.read("own.json", OWN + "{}"))
        .isInstanceOf(BadTemplate.class)
        .hasMessageContaining("goes on behind its end");
    assertThatThrownBy(() -> TemplateFile.read(folder.resolve("none.json")))
        .isInstanceOf(BadTemplate.class)
        .hasMessageContaining("none.json: cannot be read")
        .hasMessageContaining("linkerd");
  }

  @Test
  void withoutAQueryForAgesOrEndsNothingCanBeKnown() {
    assertThatThrownBy(
            () ->
                TemplateFile.read(
                    "own.json",
                    "{\"labels\": {\"svc\": \"$destination\"},"
                        + " \"ended\": \"sum by ($by) (rate(reqs{$match}[$window]))\"}"))
        .hasMessage("own.json:1:1: age: is missing (nothing can be known without it)");
  }
}
