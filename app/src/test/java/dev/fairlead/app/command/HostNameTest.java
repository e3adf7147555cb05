package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostNameTest {
  @Test
  void aPodsNameComesBeforeTheHosts() {
    assertThat(HostName.of(Map.of("HOSTNAME", "shop-6f"))).contains("shop-6f");
    assertThat(HostName.of(Map.of("HOSTNAME", " "))).isEqualTo(HostName.of(Map.of()));
  }

  @Test
  void theCommandLinesClusterIsTheOneThatItIsIn() {
    assertThat(HostName.here("east").cluster()).contains("east");
    assertThat(HostName.here(null).cluster()).isEqualTo(Optional.empty());
  }
}
