package dev.fairlead.app.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.command.Entry;
import dev.fairlead.app.command.Exit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published experiments, and those of telemetry that goes stale, come out as their documents
 * expect, at full length.
 */
class ExperimentsTest {
  private static final Pattern JUDGED =
      Pattern.compile("\\{contender: ([a-z0-9-]+),|relativeTo: ([a-z0-9-]+),");

  static Stream<Path> experiments() throws IOException {
    Path stale = Path.of("../examples/stability/stale-telemetry.yaml");
    try (Stream<Path> files = Files.list(Path.of("../examples/experiments"))) {
      return Stream.concat(
          files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream(),
          Stream.of(stale));
    }
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void comesOutAsPublished(Path file) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("simulate", file.toString()));
    judged(file).forEach(contender -> arguments.addAll(List.of("--contender", contender)));
    StringWriter out = new StringWriter();
    int exit =
        Entry.commandLine(Map.of(), List.of(new SimulateCommand()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(arguments.toArray(String[]::new));
    System.out.println(out);

    assertThat(exit).as(out.toString()).isEqualTo(Exit.OK);
    assertThat(out.toString()).contains("as expected: ");
  }

  /** Contenders of whom something is expected: the others are there to be looked at. */
  private static Set<String> judged(Path file) throws IOException {
    Set<String> names = new TreeSet<>();
    JUDGED
        .matcher(Files.readString(file))
        .results()
        .forEach(match -> names.add(match.group(1) == null ? match.group(2) : match.group(1)));
    return names;
  }
}
