package dev.fairlead.telemetry.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
  private static final String GOOD =
      """
      {"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"a":"x","le":"+Inf"},"value":[1795304860.997,"69.57"]},
        {"metric":{},"value":[1795304860.997,"NaN"]},
        {"metric":{"b":"y"},"value":[1795304860.997,"+Inf"]}]},
       "warnings":["one"],"infos":["of a newer server"]}""";

  private static AnswerReader.Envelope read(String text) {
    return AnswerReader.read(text.getBytes(UTF_8));
  }

  @Test
  void aVectorWithAllKindsOfNumbers() {
    Answer answer = read(GOOD).answer();

    assertThat(answer.atSeconds()).isEqualTo(1795304860.997);
    assertThat(answer.series())
        .containsExactly(
            new Answer.Series(Map.of("a", "x", "le", "+Inf"), 69.57),
            new Answer.Series(Map.of(), Double.NaN),
            new Answer.Series(Map.of("b", "y"), Double.POSITIVE_INFINITY));
    assertThat(answer.warnings()).containsExactly("one");
  }

  @Test
  void nothingIsAnAnswerToo() {
    Answer answer =
        read("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}")
            .answer();

    assertThat(answer.series()).isEmpty();
    assertThat(answer.atSeconds()).isNaN();
  }

  @Test
  void anErrorIsNoMalformedAnswer() {
    AnswerReader.Envelope envelope =
        read("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:3: parse error\"}");

    assertThat(envelope.isError()).isTrue();
    assertThat(envelope.error()).isEqualTo("1:3: parse error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>502</html>",
        "{}",
        "{\"status\":\"success\"}",
        "{\"status\":\"success\",\"data\":{}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"2\"]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"result\":[]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{}}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"histogram\":[1,{}]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,2]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"two\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[\"1\",\"2\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1e300,\"2\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":1},\"value\":[1,\"2\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":\"1\",\"a\":\"2\"},\"value\":[1,\"2\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}} {}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[",
      })
  void whatIsNoAnswerIsMalformed(String text) {
    assertThat(catchThrowableOfType(PrometheusException.class, () -> read(text)).reason())
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  void deepNestingEndsSoon() {
    assertThatThrownBy(() -> read("{\"x\":" + "[".repeat(100_000)))
        .isInstanceOf(PrometheusException.class);
  }

  @Test
  void tooManySeriesAreTooMany() {
    String one = "{\"metric\":{},\"value\":[1,\"2\"]},";
    String text =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
            + one.repeat(AnswerReader.MOST_SERIES)
            + one.substring(0, one.length() - 1)
            + "]}}";

    assertThat(catchThrowableOfType(PrometheusException.class, () -> read(text)).reason())
        .isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void whateverIsBrokenIsNamedSo() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] good = GOOD.getBytes(UTF_8);
    int refused = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] broken = good.clone();
      for (int times = random.nextInt(4); times >= 0; times--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      try {
        Answer answer = AnswerReader.read(broken).answer();
        assertThat(answer.series()).hasSizeLessThanOrEqualTo(3);
      } catch (PrometheusException e) {
        refused++;
        assertThat(List.of(Reason.MALFORMED, Reason.TOO_LARGE)).contains(e.reason());
      } catch (RuntimeException e) {
        throw new AssertionError("-Dseed=" + seed + ", round " + round, e);
      }
    }
    assertThat(refused).as("-Dseed=" + seed).isGreaterThan(1000);
  }
}
