package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTimeoutTest {
  private static long parse(String text) {
    byte[] bytes = Ascii.bytes("xx" + text + "7n");
    return GrpcTimeout.parse(bytes, 2, 2 + text.length());
  }

  private static String written(long nanos) {
    byte[] into = new byte[GrpcTimeout.MAX_LENGTH];
    return new String(
        into, 0, GrpcTimeout.write(nanos, into), java.nio.charset.StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "0n, 0",
    "7n, 7",
    "7u, 7000",
    "7m, 7000000",
    "7S, 7000000000",
    "7M, 420000000000",
    "7H, 25200000000000",
    "00000007n, 7",
    "99999999H, 9223372036854775807",
  })
  void aNumberWithAUnit(String text, long nanos) {
    assertThat(parse(text)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "S",
        "7",
        "7s",
        "7h",
        "+7S",
        "-7S",
        "7 S",
        " 7S",
        "7S ",
        "0x7S",
        "1.5S",
        "7SS",
        "123456789n",
        "7mS"
      })
  void allElseIsNone(String text) {
    assertThat(parse(text)).isEqualTo(GrpcTimeout.BROKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0n",
    "99999999, 99999999n",
    "100000000, 100000u",
    "100000000999, 100000m",
    "9223372036854775807, 2562047H",
  })
  void isWrittenAsFineAsItFits(long nanos, String text) {
    assertThat(written(nanos)).isEqualTo(text);
  }

  @Test
  void whatIsWrittenIsNeverLonger() {
    for (long nanos = 1; nanos > 0 && nanos < Long.MAX_VALUE / 3; nanos = nanos * 3 + 1) {
      long again = parse(written(nanos));
      assertThat(again).isLessThanOrEqualTo(nanos).isGreaterThan(nanos - nanos / 1000 - 1);
    }
    assertThat(parse(written(TimeUnit.HOURS.toNanos(1)))).isEqualTo(TimeUnit.HOURS.toNanos(1));
  }
}
