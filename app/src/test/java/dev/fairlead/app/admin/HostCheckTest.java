package dev.fairlead.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:9901", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:80"})
  void aLoopbackNameIsAllowed(String host) {
    assertThat(HostCheck.allows(List.of(host))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "evil.example:9901",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:9901@evil.example",
        "[::1]evil",
        "[::2]",
        "127.0.0.1:x",
        "10.0.0.1",
        "::1"
      })
  void anyOtherIsNot(String host) {
    assertThat(HostCheck.allows(List.of(host))).isFalse();
  }

  @Test
  void noneAndTwoAreNot() {
    assertThat(HostCheck.allows(null)).isFalse();
    assertThat(HostCheck.allows(List.of("localhost", "localhost"))).isFalse();
  }
}
