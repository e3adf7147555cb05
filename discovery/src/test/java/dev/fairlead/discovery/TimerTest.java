package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class TimerTest {
  @Test
  void afterTheShutdownNothingIsRunAndNobodyIsTold() {
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    executor.shutdownNow();

    assertThatCode(
            () ->
                Timer.on(executor)
                    .after(
                        Duration.ZERO,
                        () -> {
                          throw new AssertionError("it was to be closed");
                        })
                    .cancel())
        .doesNotThrowAnyException();
  }
}
