package dev.fairlead.app.simulate.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whatever a document says: runs, or problems with their places, never an exception. */
class ScenarioFuzzTest {
  private static final int ROUNDS = 600;

  /** What a field's value may become. */
  private static final List<String> VALUES =
      List.of(
          "~",
          "-1",
          "0",
          "1e999",
          ".nan",
          "nan",
          "true",
          "[]",
          "{}",
          "\"\"",
          "0ms",
          "0%",
          "100%",
          "0B",
          "366h",
          "1ns",
          "9999999h",
          "east",
          "east/",
          "/",
          "west/us-westa",
          "web",
          "oracle",
          "l3",
          "[1, 2]",
          "[~, ~]",
          "{fixed: 1ms}",
          "{p50: 1ms}",
          "2147483647",
          "99999999999999",
          "spec",
          "\"spec.sweep\"",
          "\"spec.clusters[0]\"",
          "low",
          "poisson");

  private static final Pattern FLOW_VALUE = Pattern.compile("(?<=: )[^{}\\[\\],\n]+(?=[,}\\]\n])");

  @Test
  void changedDocumentsNeverThrow() throws IOException {
    String property = System.getProperty("seed", "");
    long seed = property.isEmpty() ? 20261121 : Long.parseLong(property);
    Random random = new Random(seed);
    String whole = Files.readString(ScenarioDocumentTest.EVERYTHING);
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = changed(round % 2 == 0 ? whole : Documented.SMALL, random);
      try {
        Documented.Read read = Documented.beside(ScenarioDocumentTest.EVERYTHING.toString(), text);
        accepted += read.problems().isEmpty() ? 1 : 0;
        assertThat(read.runs().isEmpty()).isEqualTo(!read.problems().isEmpty());
        assertThat(read.problems()).allSatisfy(each -> assertThat(each).doesNotContain("\n"));
      } catch (RuntimeException | StackOverflowError e) {
        fail("-Dseed=" + seed + ", round " + round + ":\n" + text, e);
      }
    }
    assertThat(accepted).as("the changes are small enough").isBetween(ROUNDS / 50, ROUNDS / 2);
  }

  private static String changed(String text, Random random) {
    String changed = text;
    for (int i = random.nextInt(3); i >= 0; i--) {
      changed = random.nextInt(4) == 0 ? withoutLine(changed, random) : other(changed, random);
    }
    return changed;
  }

  private static String withoutLine(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    lines.remove(random.nextInt(lines.size()));
    return String.join("\n", lines) + "\n";
  }

  /** Another value in place of one that the document has. */
  private static String other(String text, Random random) {
    List<MatchResult> values = FLOW_VALUE.matcher(text).results().toList();
    if (values.isEmpty()) {
      return text;
    }
    MatchResult value = values.get(random.nextInt(values.size()));
    String put =
        random.nextInt(4) == 0
            ? values.get(random.nextInt(values.size())).group()
            : VALUES.get(random.nextInt(VALUES.size()));
    return text.substring(0, value.start()) + put + text.substring(value.end());
  }
}
