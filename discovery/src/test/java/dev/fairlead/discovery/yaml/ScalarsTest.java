package dev.fairlead.discovery.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarsTest {
  private final Problems problems = new Problems();

  private <T> Optional<T> read(Reader<T> reader, String text) {
    return reader.read(YamlReader.read("f", text, problems).orElseThrow().getFirst());
  }

  @ParameterizedTest
  @CsvSource({"250ms,250", "5s,5000", "1m30s,90000", "1h2m3s4ms,3723004", "0s,0", "500ms,500"})
  void aDurationIsASumOfNumbersWithUnits(String text, long millis) {
    assertThat(read(Scalars.duration(Duration.ZERO, Duration.ofDays(1)), text))
        .contains(Duration.ofMillis(millis));
    assertThat(problems.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-5s", "5 s", "1.5s", "5sec", "1d", "100000s", "\"\"", "[]", "true"})
  void anythingElseIsNone(String text) {
    assertThat(read(Scalars.duration(Duration.ZERO, Duration.ofDays(1)), text)).isEmpty();
    assertThat(problems.sorted().getFirst().hint()).contains("units are h, m, s and ms");
  }

  @ParameterizedTest
  @CsvSource({"512B,512", "64KiB,65536", "1MiB,1048576", "2GiB,2147483648"})
  void aSizeIsANumberWithABinaryUnit(String text, long bytes) {
    assertThat(read(Scalars.size(0, Long.MAX_VALUE), text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"64KB", "64", "-1KiB", "1.5MiB", "{}"})
  void noOtherUnitIsASize(String text) {
    assertThat(read(Scalars.size(0, Long.MAX_VALUE), text)).isEmpty();
    assertThat(problems.sorted().getFirst().hint()).contains("B, KiB, MiB and GiB");
  }

  @ParameterizedTest
  @CsvSource({"0%,0", "29%,0.29", "12.5%,0.125", "0.001%,0.00001", "100%,1"})
  void aShareIsWrittenInPercent(String text, double share) {
    assertThat(read(Scalars.percent(0, 100), text)).contains(share);
    assertThat(problems.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.2", "20", "20 %", "-1%", "1e1%", "\"%\"", ".5%", "101%", "true", "[]"})
  void nothingElseIsAShare(String text) {
    assertThat(read(Scalars.percent(0, 100), text)).isEmpty();
    assertThat(problems.count()).isEqualTo(1);
  }

  @Test
  void aWholePercentageHasNoFraction() {
    assertThat(read(Scalars.wholePercent(0, 200), "140.0%")).contains(140);
    assertThat(read(Scalars.wholePercent(0, 200), "140.5%")).isEmpty();
    assertThat(problems.count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {".nan", ".inf", "-.inf", "1e999", "-1", "1001", "\"5\"", "ten"})
  void numbersAreFiniteAndInTheirRange(String text) {
    assertThat(read(Scalars.number(0, 1000), text)).isEmpty();
    assertThat(problems.count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1e2", "99999999999999999999", "0x10", "4097", "-1"})
  void integersAreWholeAndInTheirRange(String text) {
    assertThat(read(Scalars.integer(0, 4096), text)).isEmpty();
    assertThat(problems.count()).isEqualTo(1);
  }

  @Test
  void problemsAreBoundedAndSorted() {
    for (int i = Problems.MAX + 10; i > 0; i--) {
      problems.add(new Problem("f", i, 1, "", "m", ""));
    }
    List<Problem> sorted = problems.sorted();
    assertThat(sorted).hasSize(Problems.MAX);
    assertThat(sorted.getFirst().line()).isLessThan(sorted.getLast().line());
  }

  @Test
  void aMessageNeverCarriesControlCharacters() {
    assertThat(Quoted.of("a\nb\u001b[31m\u202e")).isEqualTo("'a\\u000ab\\u001b[31m\\u202e'");
    assertThat(Quoted.of("x".repeat(1000))).hasSizeLessThan(100);
  }
}
