package dev.fairlead.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private static Progress.Look look(long seconds, Script.Phase phase) {
    return new Progress.Look(
        DemoPolicy.DEFAULT,
        seconds * 1_000_000_000,
        40_000_000_000L,
        phase,
        Map.of("west", 0.1, "central", 0.6, "east", 0.3),
        Map.of("west", 0.08, "central", 0.62, "east", 0.3),
        812.4);
  }

  @Test
  void aTerminalHasOneLineWithinEightyColumns() {
    Progress progress = new Progress(out, true, false, Topology.DEMO);
    String line = progress.line(look(10, Script.Phase.SLOW));
    assertThat(line.strip())
        .isEqualTo(
            "default [##......] 10/40 s west ×10 slower   10/60/30 plan 8/62/30  p99 812 ms");
    assertThat(line).hasSize(79);
    progress.show(look(10, Script.Phase.SLOW));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo('\r' + line);
  }

  @Test
  void elsewhereThereIsOnePlainLineForEachPhase() {
    Progress progress = new Progress(out, false, false, Topology.DEMO);
    progress.show(look(0, Script.Phase.CALM));
    progress.show(look(1, Script.Phase.CALM));
    progress.show(look(8, Script.Phase.SLOW));
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("default 0.0 s: all clusters well", "default 8.0 s: west ×10 slower");
  }

  @Test
  void coloursOnlyWhereTheyAreWanted() {
    new Progress(out, true, true, Topology.DEMO).show(look(10, Script.Phase.SLOW));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\u001b[33mwest ×10 slower");
    bytes.reset();
    new Progress(out, true, false, Topology.DEMO).show(look(10, Script.Phase.SLOW));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b");
  }
}
