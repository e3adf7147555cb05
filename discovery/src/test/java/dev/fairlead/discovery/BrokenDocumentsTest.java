package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Documents.Result.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken documents, each a file of its own; its lines {@code #! line:column: path: message (hint)}
 * say what is to be found, in order and nothing else.
 */
class BrokenDocumentsTest {
  private static final Path FOLDER = Path.of("src/test/resources/broken");
  private static final String EXPECTED = "#! ";

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyMistakeIsFoundWhereItIs(Path file) throws IOException {
    List<String> expected =
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith(EXPECTED))
            .map(line -> file + ":" + line.substring(EXPECTED.length()))
            .toList();

    Documents.Result result = Documents.read(List.of(file));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(((Refused) result).problems())
        .extracting(Problem::toString)
        .containsExactlyElementsOf(expected);
    assertThat(expected).isNotEmpty();
  }
}
