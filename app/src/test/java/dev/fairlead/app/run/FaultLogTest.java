package dev.fairlead.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.proxy.ProxyListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FaultLogTest {
  @Test
  void faultsAreLoggedWithTheirPlaceOneASecondAtMost() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
    OperatorLog log =
        new OperatorLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), Clock.systemUTC());
    FaultLog faults = new FaultLog(ProxyListener.NONE, log, now::get);
    for (int i = 0; i < 1000; i++) {
      faults.failed(new IllegalStateException("fault " + i));
    }
    now.addAndGet(2_000_000_000L);
    faults.failed(new IllegalStateException("fault later"));
    String[] lines = bytes.toString(StandardCharsets.UTF_8).split("\n");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).contains("fault 0").contains("FaultLogTest").contains("soFar=1");
    assertThat(lines[1]).contains("fault later").contains("soFar=1001");
  }
}
