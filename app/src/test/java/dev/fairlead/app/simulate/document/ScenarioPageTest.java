package dev.fairlead.app.simulate.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.yaml.FieldPath;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Metric;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/reference/scenario.md against the reader: its examples are right, and it names all. */
class ScenarioPageTest {
  private static final Path PAGE = Path.of("../docs/reference/scenario.md");
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");
  private static final Pattern FIELD = Pattern.compile("(?m)^([a-zA-Z]+):");
  private static final Pattern KNOWN = Pattern.compile("known are ([^)]+)\\)");

  /** What the page leaves to other pages: their fields are those of other documents. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(".*(\\.balancer(\\..*)?|steering.*|prices.*)");

  /** Around examples that are parts of a spec. */
  private static final String SURROUNDINGS =
      """
      duration: 10s
      clusters:
        - {name: east, region: us-east, zones: [us-east-1, us-east-2], position: {x: 0, y: 0}}
        - {name: west, region: us-west, position: {x: 60, y: 0}}
      links:
        - {from: east, to: west, delay: 30ms}
      services:
        - {name: web, serviceTime: 20ms, pods: [{cluster: east, count: 2}, {cluster: west, count: 2}]}
      traffic:
        - {from: east, service: web, rate: 50}
      contenders:
        - {name: even, steering: {policy: even}}
        - {name: l3, steering: {policy: l3}}
      """;

  @TempDir Path folder;

  private static String page() {
    try {
      return Files.readString(PAGE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> examples() {
    return EXAMPLE.matcher(page()).results().map(match -> match.group(1));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsRight(String example) throws IOException {
    Files.writeString(
        folder.resolve("access.log"),
        "{\"time\":\"2026-01-31T12:00:01Z\",\"service\":\"default/shop\",\"total_ms\":3}\n");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("recorded.csv.gz")))) {
      out.write("0,west,web,4\n".getBytes(StandardCharsets.UTF_8));
    }
    String text = example.startsWith("apiVersion") ? example : document(example);

    Documented.Read read = Documented.beside(folder.resolve("scenario.yaml").toString(), text);

    assertThat(read.problems()).isEmpty();
    assertThat(read.runs()).isNotEmpty();
  }

  /** The example's fields in place of the surroundings' own. */
  private static String document(String example) {
    Map<String, String> fields = fields(SURROUNDINGS);
    fields.putAll(fields(example));
    if (example.startsWith("expect")) {
      fields.put("sweep", "sweep: {path: spec.seed, values: [1, 2, 3]}\n");
    }
    return "apiVersion: fairlead.dev/v1alpha1\nkind: Scenario\nmetadata: {name: example}\nspec:\n"
        + String.join("", fields.values()).indent(2);
  }

  /** Text of each field, from its name to the next one's. */
  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    List<MatchResult> starts = FIELD.matcher(text).results().toList();
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1).start() : text.length();
      fields.put(starts.get(i).group(1), text.substring(starts.get(i).start(), end));
    }
    return fields;
  }

  /**
   * An unknown field is put into each mapping of a document that has everything: what is then said
   * to be known there is on the page.
   */
  @Test
  void everyFieldThatTheReaderKnowsIsOnThePage() {
    String page = page();
    Problems problems = new Problems();
    Value document =
        Documents.values(List.of(ScenarioDocumentTest.EVERYTHING), problems).getFirst();
    Set<String> known = new TreeSet<>();
    int mappings = 0;
    for (String path : mappings(document.node(), FieldPath.ROOT)) {
      if (path.startsWith("spec") && !ELSEWHERE.matcher(path).matches()) {
        mappings++;
        known.addAll(known(path));
      }
    }

    assertThat(mappings).isGreaterThan(80);
    assertThat(known).hasSizeGreaterThan(100).contains("clusters", "logNormal", "silent");
    assertThat(known).filteredOn(name -> !page.contains("`" + name + "`")).isEmpty();
  }

  /** What a policy's probes know is the same as in a TrafficPolicy, and on its page. */
  @Test
  void everyFieldOfProbesIsOnTheDocumentsPage() throws IOException {
    String page = Files.readString(PAGE.resolveSibling("documents.md"));
    Value document =
        Documents.values(List.of(ScenarioDocumentTest.EVERYTHING), new Problems()).getFirst();
    Set<String> known = new TreeSet<>();
    for (String path : mappings(document.node(), FieldPath.ROOT)) {
      if (path.endsWith(".probes")) {
        known.addAll(known(path));
      }
    }
    assertThat(known).contains("hotQuantile", "slack");
    assertThat(known).filteredOn(name -> !page.contains("`" + name + "`")).isEmpty();
  }

  private static List<String> mappings(Node node, FieldPath path) {
    List<String> found = new ArrayList<>();
    switch (node) {
      case Node.Mapping mapping -> {
        found.add(path.toString());
        mapping
            .entries()
            .forEach((name, entry) -> found.addAll(mappings(entry.value(), path.field(name))));
      }
      case Node.Sequence sequence -> {
        for (int i = 0; i < sequence.items().size(); i++) {
          found.addAll(mappings(sequence.items().get(i), path.item(i)));
        }
      }
      case Node.Scalar ignored -> {}
    }
    return found;
  }

  private static List<String> known(String path) {
    List<String> problems =
        Documented.file(ScenarioDocumentTest.EVERYTHING, path + ".qqqqqqqqqqqqqqqqqqqqqqq=1")
            .problems();
    List<String> known = new ArrayList<>();
    for (String problem : problems) {
      Matcher matcher = KNOWN.matcher(problem);
      if (problem.contains("unknown field") && matcher.find()) {
        known.addAll(List.of(matcher.group(1).split(", ")));
      }
    }
    assertThat(known).as(path + ": " + problems).isNotEmpty().doesNotContain("…");
    return known;
  }

  @Test
  void everyMetricIsOnThePage() {
    assertThat(Metric.values())
        .allSatisfy(metric -> assertThat(page()).contains("`" + metric.id() + "`"));
  }
}
