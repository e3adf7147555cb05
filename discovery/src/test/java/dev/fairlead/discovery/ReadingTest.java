package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import dev.fairlead.discovery.yaml.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How texts become documents: their encoding, line ends, order and bounds. */
class ReadingTest {
  private static final String WRONG_NAME =
      """
      apiVersion: fairlead.dev/v1alpha1
      kind: ServiceEndpoints
      metadata: {annotations: {note: "\ud83d\ude00"}, name: Shop}
      spec: {clusters: [{addresses: []}]}
      """;

  @TempDir private Path folder;

  private static List<String> problems(Documents.Result result) {
    assertThat(result).isInstanceOf(Refused.class);
    return ((Refused) result).problems().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void positionsCountCharactersWhateverEndsTheLines(String end) {
    assertThat(problems(Documents.read("f", "\ufeff" + WRONG_NAME.replace("\n", end))))
        .singleElement()
        .asString()
        .startsWith("f:3:44: metadata.name: 'Shop'");
    assertThat(problems(Documents.read("f", WRONG_NAME.replace("\n", end) + "x: \u0001")))
        .containsExactly(
            "f:5:4: not YAML: the character U+0001 is not allowed (write it as an escape)");
  }

  @Test
  void whatIsNotEndedIsSaidWithItsBeginning() {
    assertThat(problems(Documents.read("f", "kind: Gateway\nspec: [\nx\n")))
        .containsExactly(
            "f:4:1: not YAML: expected ',' or ']', but got <stream end>"
                + " (while parsing a flow sequence from line 2)");
  }

  @Test
  void aFieldWithoutValueIsFoundWhereItStands() {
    assertThat(problems(Documents.read("f", WRONG_NAME.replace("Shop", "~"))))
        .containsExactly("f:3:38: metadata.name: is empty (give it a value)");
    assertThat(Documents.read("f", WRONG_NAME.replace("Shop", "shop, namespace: null, labels: ~")))
        .isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n---\n"})
  void nothingAtAllIsRefused(String text) throws IOException {
    assertThat(problems(Documents.read("f", text)))
        .containsExactly("f: has no documents (write at least one)");
    Path file = Files.writeString(folder.resolve("a.yaml"), text);
    assertThat(problems(Documents.read(List.of(folder))))
        .containsExactly(file + ": has no documents (write at least one)");
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    Path file = folder.resolve("a.yaml");
    Files.write(file, WRONG_NAME.getBytes(StandardCharsets.UTF_16));
    assertThat(problems(Documents.read(List.of(file))))
        .containsExactly(file + ": is not UTF-8 (save it as UTF-8)");
  }

  @Test
  void allFilesTogetherAreBounded() throws IOException {
    String comment = "#".repeat(Texts.MAX_FILE_BYTES - 1) + "\n";
    for (String name : List.of("a.yaml", "b.yaml")) {
      Files.writeString(folder.resolve(name), comment);
    }
    Path third = Files.writeString(folder.resolve("c.yaml"), "#\n");
    Problems problems = new Problems();
    assertThat(Texts.read(List.of(folder), problems)).hasSize(2);
    assertThat(problems.sorted())
        .extracting(Problem::toString)
        .containsExactly(third + ": is one too many: all files together have more than 64MiB");
  }

  @Test
  void theOrderOfTheDocumentsMeansNothing() throws IOException {
    String property = System.getProperty("seed", "");
    long seed = property.isEmpty() ? 20261121 : Long.parseLong(property);
    Random random = new Random(seed);
    String text = Files.readString(Path.of("src/test/resources/valid/everything.yaml"));
    List<String> documents = new ArrayList<>(Arrays.asList(text.split("---\n", -1)));
    Configuration expected = ((Accepted) Documents.read("f", text)).configuration();
    for (int round = 0; round < 50; round++) {
      Collections.shuffle(documents, random);
      assertThat(Documents.read("f", String.join("\n---\n", documents)))
          .as("-Dseed=%d", seed)
          .isEqualTo(new Accepted(expected));
    }
  }

  @Test
  void manyWrongReferencesToManyNamesAreAllCountedAndFewAreCompared() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append(
          """
          ---
          {apiVersion: fairlead.dev/v1alpha1, kind: ServiceEndpoints, metadata: {name: a%s-%d},
           spec: {clusters: [{addresses: []}]}}
          ---
          {apiVersion: fairlead.dev/v1alpha1, kind: TrafficPolicy, metadata: {name: p%d},
           spec: {targetRefs: [{kind: Service, name: b%s-%d}]}}
          """
              .formatted("x".repeat(50), i, i, "y".repeat(50), i));
    }
    assertThat(problems(Documents.read("f", text.toString())))
        .hasSize(Problems.MAX)
        .allMatch(problem -> problem.contains("no Service or ServiceEndpoints"));
  }

  @Test
  void aTextAsLongAsTheFileMayBeIsOneMistake() {
    String text = "kind: \"" + "x".repeat(Texts.MAX_FILE_BYTES - 20) + "\"\n";
    assertThat(problems(Documents.read("f", text)))
        .contains("f:1:7: kind: is longer than 262144 bytes");
  }
}
