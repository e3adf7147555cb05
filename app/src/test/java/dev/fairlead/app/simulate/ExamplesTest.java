package dev.fairlead.app.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.command.Entry;
import dev.fairlead.app.command.Exit;
import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The shipped scenarios run, cut short; at full length they take seconds each. */
class ExamplesTest {
  static Stream<Path> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples/scenarios"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyLoadLevelServesRequestsUnderEveryContender(Path file) {
    StringWriter out = new StringWriter();
    int exit =
        Entry.commandLine(Map.of(), List.of(new SimulateCommand()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(
                "simulate",
                file.toString(),
                "-o",
                "json",
                "--set",
                "spec.duration=3s",
                "--set",
                "spec.warmUp=1s",
                "--set",
                "spec.expect=[]");

    assertThat(exit).as(out.toString()).isEqualTo(Exit.OK);
    JsonNode runs = Json.MAPPER.readTree(out.toString());
    assertThat(runs.size()).as("load levels").isEqualTo(4);
    for (JsonNode run : runs) {
      assertThat(run.path("policies").size()).isEqualTo(4);
      for (JsonNode policy : run.path("policies")) {
        assertThat(policy.path("completed").longValue())
            .as(policy.path("name").toString())
            .isPositive();
        assertThat(policy.path("p99Millis").doubleValue()).isPositive();
      }
    }
  }
}
