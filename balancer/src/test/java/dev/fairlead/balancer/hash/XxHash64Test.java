package dev.fairlead.balancer.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHash64Test {
  private static final long PRIME_32 = 2_654_435_761L;

  /** Vectors of xxHash's own {@code tests/sanity_test_vectors.h}, and the buffer they are of. */
  @ParameterizedTest
  @CsvSource({
    "0, EF46DB3751D8E999, AC75FDA2929B17EF",
    "1, E934A84ADB052768, 5014607643A9B4C3",
    "4, 9136A0DCA57457EE, CAAB286BD8E9FDB5",
    "8, CDBCF538E71D1348, FE0C047A5353CDAC",
    "14, 8282DCC4994E35C8, C3BD6BF63DEB6DF0",
    "32, 18B216492BB44B70, B3F33BDF93ADE409",
    "33, 55C8DC3E578F5B59, E92C292F64BC3071",
    "100, 4BFE019CD91D9EA4, 4853706DC9625CAE",
    "222, B641AE8CB691C174, 20CB8AB7AE10C14A",
    "4160, EEE6A4E2AC952A5E, A4CB59E19D6A35F9"
  })
  void bytesHashAsPublished(int length, String unseeded, String seeded) {
    byte[] buffer = new byte[length];
    long generator = PRIME_32;
    for (int i = 0; i < length; i++) {
      buffer[i] = (byte) (generator >>> 56);
      generator *= 0x9E37_79B1_85EB_CA8DL;
    }

    assertThat(XxHash64.hash(buffer, 0)).isEqualTo(Long.parseUnsignedLong(unseeded, 16));
    assertThat(XxHash64.hash(buffer, PRIME_32)).isEqualTo(Long.parseUnsignedLong(seeded, 16));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, EF46DB3751D8E999",
    "a, 0, D24EC4F1A98C6E5B",
    "abc, 0, 44BC2CF5AD770999",
    "1234, 0, D8316E61D84F6BA4",
    "12345678, 0, D2D02F08CF7CFD4A",
    "123456789012345, 0, C377D78ADE001A3C",
    "1234567890123456789012345678901, 0, 8F367CB873A5376E",
    "12345678901234567890123456789012, 0, 40FD1AA52D98274C",
    "The quick brown fox jumps over the lazy dog, 0, 0B242D361FDA71BC",
    "abc, 5381, 19D1C1B5C673451F",
    "12345678901234567890123456789012, 5381, 38EA26E7C55F8095"
  })
  void textHashesAsPublished(String text, long seed, String expected) {
    assertThat(XxHash64.hash(text, seed)).isEqualTo(Long.parseUnsignedLong(expected, 16));
  }

  @Test
  void textHashesAsItsUtf8Bytes() {
    RandomSource random = Seed.source();
    int[] bounds = {0x80, 0x100, 0x800, 0xD800};
    for (int length = 0; length < 100; length++) {
      for (int bound : bounds) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
          text.append((char) random.below(bound));
        }
        text.append(bound == 0xD800 ? "😀" : "");
        long seed = random.nextLong();

        assertThat(XxHash64.hash(text.toString(), seed))
            .as("'%s', %s", text, Seed.replay())
            .isEqualTo(XxHash64.hash(text.toString().getBytes(StandardCharsets.UTF_8), seed));
      }
    }
  }

  @Test
  void aRangeHashesAsTheBytesInIt() {
    RandomSource random = Seed.source();
    byte[] bytes = new byte[200];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextLong();
    }
    for (int offset = 0; offset < 40; offset++) {
      for (int length = 0; length <= bytes.length - offset; length++) {
        assertThat(XxHash64.hash(bytes, offset, length, 7))
            .as("%s from %s, %s", length, offset, Seed.replay())
            .isEqualTo(XxHash64.hash(Arrays.copyOfRange(bytes, offset, offset + length), 7));
      }
    }
  }

  @Test
  void aRangeOutsideTheBytesIsRefused() {
    assertThatThrownBy(() -> XxHash64.hash(new byte[8], 4, 5, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> XxHash64.hash(new byte[8], -1, 5, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aLongHashesAsItsBytesLowestFirst() {
    RandomSource random = Seed.source();
    for (int i = 0; i < 1000; i++) {
      long value = random.nextLong();
      long seed = random.nextLong();
      byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();

      assertThat(XxHash64.hash(value, seed))
          .as(Seed.replay())
          .isEqualTo(XxHash64.hash(bytes, seed));
    }
  }
}
