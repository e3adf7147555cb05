package dev.fairlead.app.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.command.Entry;
import dev.fairlead.app.command.Exit;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RehearseCommandTest {
  @Test
  void aRehearsalServesItsRequestsAndEnds() {
    StringWriter err = new StringWriter();
    CommandLine line = Entry.commandLine(Map.of(), List.of(new RehearseCommand()));
    line.setErr(new PrintWriter(err));
    assertThat(line.execute("rehearse")).as(err.toString()).isEqualTo(Exit.OK);
  }

  @Test
  void nobodyIsShownTheCommand() {
    CommandLine line = Entry.commandLine(Map.of(), List.of(new RehearseCommand()));
    assertThat(line.getUsageMessage()).doesNotContain("rehearse");
  }
}
