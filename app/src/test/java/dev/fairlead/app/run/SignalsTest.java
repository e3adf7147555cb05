package dev.fairlead.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static void send(String signal) throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
  }

  @Test
  void eachSignalRunsTheActionAndTheProcessLives() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    assertThat(Signals.on("HUP", seen::incrementAndGet)).isTrue();

    for (int sent = 1; sent <= 2; sent++) {
      send("HUP");
      int expected = sent;
      await().atMost(SOON).until(() -> seen.get() == expected);
    }
  }

  @Test
  void aSignalThatIsNoneIsRefused() {
    assertThat(Signals.on("NOSUCH", () -> {})).isFalse();
  }
}
