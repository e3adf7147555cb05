package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.discovery.Documents.Result.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: a configuration or problems with positions, never an exception. */
class FuzzTest {
  private static final int ROUNDS = 3000;

  private static final List<String> TOKENS =
      List.of(
          "null",
          "~",
          "-1",
          "1e999",
          ".nan",
          "true",
          "[]",
          "{}",
          "\"\"",
          "!!int ",
          "&a ",
          "*a",
          "<<: ",
          "- ",
          ": ",
          "? ",
          "| ",
          "> ",
          "---\n",
          "...\n",
          "#",
          "%YAML 9.9\n",
          "\t",
          "\u0000",
          "'",
          "\"",
          "0x7fffffffffffffff",
          "99999999999999999999",
          "9999h",
          "*.",
          "::",
          "\ud83d\ude00");

  @Test
  void mutatedDocumentsNeverThrow() throws IOException {
    String property = System.getProperty("seed", "");
    long seed = property.isEmpty() ? 20261121 : Long.parseLong(property);
    Random random = new Random(seed);
    List<String> seeds = seeds();
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutate(seeds.get(random.nextInt(seeds.size())), random);
      try {
        switch (Documents.read("fuzz.yaml", text)) {
          case Accepted accepted -> assertThat(accepted.configuration()).isNotNull();
          case Refused problems -> {
            refused++;
            assertThat(problems.problems()).isNotEmpty();
            assertThat(problems.problems())
                .allSatisfy(problem -> assertThat(problem.toString()).doesNotContain("\n"));
          }
        }
      } catch (RuntimeException | StackOverflowError e) {
        fail("-Dseed=" + seed + ", round " + round + ":\n" + text, e);
      }
    }
    assertThat(refused).as("-Dseed=" + seed).isGreaterThan(ROUNDS / 2);
  }

  private static List<String> seeds() throws IOException {
    List<String> seeds = new ArrayList<>();
    for (String folder :
        List.of(
            "src/test/resources/broken", "src/test/resources/valid", "../examples/two-clusters")) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        for (Path file : files.sorted().toList()) {
          seeds.add(Files.readString(file));
        }
      }
    }
    return seeds;
  }

  /** One to four edits: of bytes, of tokens, of lines. */
  private static String mutate(String text, Random random) {
    String mutated = text;
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(mutated.length() + 1);
      String head = mutated.substring(0, at);
      String tail = mutated.substring(at);
      mutated =
          switch (random.nextInt(5)) {
            case 0 -> head + TOKENS.get(random.nextInt(TOKENS.size())) + tail;
            case 1 -> head + tail.substring(Math.min(tail.length(), 1 + random.nextInt(8)));
            case 2 -> bytes(mutated, random);
            case 3 -> shuffled(mutated, random);
            default -> head + TOKENS.get(random.nextInt(TOKENS.size())).repeat(40) + tail;
          };
    }
    return mutated;
  }

  private static String bytes(String text, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String shuffled(String text, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    lines.add(random.nextInt(lines.size()), lines.get(random.nextInt(lines.size())));
    lines.remove(random.nextInt(lines.size()));
    return String.join("\n", lines);
  }
}
