package dev.fairlead.proxy.server;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.fairlead.proxy.ProxyListener;
import dev.fairlead.proxy.ProxyOptions;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TicketKeysTest {
  /** Both wait for the loops, one of which rotates the keys. */
  @Test
  void theyRotateWhileADrainOrAReloadHasTheServer() {
    try (ProxyServer server =
        new ProxyServer(
            ProxyOptions.defaults(1),
            new ProxyListener() {},
            System::nanoTime,
            InstantSource.system(),
            () -> 0)) {
      synchronized (server) {
        CompletableFuture<Void> rotated = CompletableFuture.runAsync(server::rotateTicketKeys);
        assertThatCode(() -> rotated.get(10, TimeUnit.SECONDS)).doesNotThrowAnyException();
      }
    }
  }
}
