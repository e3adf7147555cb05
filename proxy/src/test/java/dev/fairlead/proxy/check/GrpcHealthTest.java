package dev.fairlead.proxy.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The health service's messages, byte by byte. */
class GrpcHealthTest {
  private static String request(String service) {
    ByteBuf bytes = GrpcHealth.request(UnpooledByteBufAllocator.DEFAULT, service);
    try {
      return ByteBufUtil.hexDump(bytes);
    } finally {
      bytes.release();
    }
  }

  @Test
  void theRequestNamesTheServiceInOneField() {
    assertThat(request("")).isEqualTo("0000000000");
    assertThat(request("a.B")).isEqualTo("0000000005" + "0a03612e42");
    // From 128 characters on the length takes two bytes.
    assertThat(request("x".repeat(300))).startsWith("000000012f" + "0aac02" + "7878").hasSize(616);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "SERVING,                               0000000002 0801, true",
    "NOT_SERVING,                           0000000002 0802, false",
    "SERVICE_UNKNOWN,                       0000000002 0803, false",
    "the default UNKNOWN,                   0000000000, false",
    "the last of two statuses,              0000000004 08020801, true",
    "fields of later versions are skipped,  000000000f 1001 1a026869 2501020304 0801 3801, true",
    "a fixed 64 is skipped,                 000000000b 110102030405060708 0801, true",
    "SERVING in a needlessly long varint,   0000000003 088100, true",
    "compressed,                            0100000002 0801, false",
    "a length that is too short,            0000000001 0801, false",
    "a length that is too long,             0000000003 0801, false",
    "a negative length,                     00ffffffff 0801, false",
    "no frame,                              00000000, false",
    "a status without value,                0000000001 08, false",
    "a varint without end,                  000000000c 08ffffffffffffffffffffff, false",
    "a field longer than the message,       0000000004 08011a05, false",
    "a field of a negative length,          000000000d 0801 1affffffffffffffffff01, false",
    "a group,                               0000000003 08010b, false",
    "field number 0,                        0000000004 08010001, false",
  })
  void onlyAWholeMessageThatSaysServingIsGood(String what, String hex, boolean serving) {
    byte[] bytes = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
    assertThat(GrpcHealth.serving(Unpooled.wrappedBuffer(bytes))).as(what).isEqualTo(serving);
  }
}
