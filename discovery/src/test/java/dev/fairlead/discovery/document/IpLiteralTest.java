package dev.fairlead.discovery.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::, ::",
    "::1, ::1",
    "0:0:0:0:0:0:0:1, ::1",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "fe80::, fe80::",
    "::ffff:192.0.2.1, 192.0.2.1"
  })
  void eachAddressHasOneForm(String text, String canonical) {
    assertThat(IpLiteral.canonical(text)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "127.1",
        "010.0.0.1",
        "256.0.0.1",
        "1.2.3.4.5",
        "fe80::1%eth0",
        "[::1]",
        ":",
        ":::",
        "host",
        "1.2.3.4:80"
      })
  void nothingElseIsAnAddress(String text) {
    assertThat(IpLiteral.canonical(text)).isEmpty();
  }
}
