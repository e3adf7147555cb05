package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedPeersTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/9, 10.127.0.1, true",
    "10.0.0.0/9, 10.128.0.1, false",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "10.1.2.0/31, 10.1.2.1, true",
    "10.1.2.0/31, 10.1.2.2, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "fe80::/10, fe80::1%eth0, true",
    "::/0, 10.0.0.1, false",
    "::ffff:10.0.0.1, 10.0.0.1, true",
  })
  void rangesHoldWhatBeginsAsTheyDo(String range, String address, boolean held) {
    assertThat(TrustedPeers.of(range).contains(address)).isEqualTo(held);
  }

  @Test
  void anyOfThemWillDo() {
    TrustedPeers some = TrustedPeers.of("192.0.2.1, 10.0.0.0/8,::1");
    assertThat(some.contains("::1")).isTrue();
    assertThat(some.contains("10.2.3.4")).isTrue();
    assertThat(some.contains("192.0.2.2")).isFalse();
    assertThat(some.contains("")).isFalse();
    assertThat(TrustedPeers.NONE.contains("10.2.3.4")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "10.0.0.0/8,",
        "10.0.0/8",
        "10",
        "010.0.0.1",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/",
        "::1/129",
        "fe80::1%eth0",
        "localhost",
        "10.0.0.1:80",
        "::x"
      })
  void whatIsNoRangeIsRefused(String list) {
    assertThatThrownBy(() -> TrustedPeers.of(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'");
  }
}
