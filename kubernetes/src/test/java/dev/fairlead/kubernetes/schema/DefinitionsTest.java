package dev.fairlead.kubernetes.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That {@code deploy/crds} is what the records say. */
class DefinitionsTest {
  private static final String REGENERATE =
      "the records changed, or the files by hand; write the files anew with: mvn -B verify -pl"
          + " kubernetes -am -Dtest=DefinitionsTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dtest.jvm.flags=-Dfairlead.write=true";

  @Test
  void theFilesAreThoseOfTheRecords() throws IOException {
    SortedMap<String, String> generated = Definitions.generated();
    assertThat(generated).hasSize(Definitions.KINDS.size());
    if (Boolean.getBoolean("fairlead.write")) {
      Files.createDirectories(Definitions.FOLDER);
      for (Map.Entry<String, String> each : generated.entrySet()) {
        Files.writeString(Definitions.FOLDER.resolve(each.getKey()), each.getValue());
      }
    }
    assertThat(checkedIn()).as(REGENERATE).isEqualTo(generated);
  }

  @Test
  void columnsShowAllThatTheirPathNames() {
    // The API server prints the first of several values, as if there were no others.
    assertThat(Definitions.generated().values())
        .allSatisfy(text -> assertThat(text).doesNotContainPattern("jsonPath:.*\\[\\*]"));
  }

  static SortedMap<String, String> checkedIn() throws IOException {
    SortedMap<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(Definitions.FOLDER)) {
      for (Path file : files.toList()) {
        texts.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return texts;
  }
}
