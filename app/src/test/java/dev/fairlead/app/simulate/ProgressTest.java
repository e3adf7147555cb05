package dev.fairlead.app.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter shown = new StringWriter();
  private final AtomicLong now = new AtomicLong();

  private Progress progress(boolean terminal) {
    return new Progress(new PrintWriter(shown), terminal, now::get, 2);
  }

  @Test
  void aTerminalSeesOneLineOfAllTasksThatIsWrittenOverAndWipedOut() {
    Progress progress = progress(true);
    now.addAndGet(200_000_000);
    progress.of(0, "small even").accept(1);
    now.addAndGet(200_000_000);
    progress.of(1, "small l3").accept(0.5);
    progress.end();

    assertThat(shown.toString())
        .contains("\r[####################....................]  50 % small even")
        .contains("\r[##############################..........]  75 % small l3")
        .endsWith("\r" + " ".repeat(57) + "\r")
        .doesNotContain("\n");
  }

  @Test
  void itIsNotWrittenOftenerThanItCanBeRead() {
    Progress progress = progress(true);
    progress.of(0, "small even").accept(0.1);
    now.addAndGet(50_000_000);
    progress.of(0, "small even").accept(0.2);

    assertThat(shown.toString()).isEmpty();
  }

  @Test
  void aPipeSeesNothing() {
    Progress progress = progress(false);
    now.addAndGet(1_000_000_000);
    progress.of(0, "small even").accept(0.5);
    progress.end();

    assertThat(shown.toString()).isEmpty();
  }
}
