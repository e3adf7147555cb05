package dev.fairlead.app.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.proxy.trace.Sampler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
  private static Optional<ExportSettings> traces(String... pairs) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return new Environment(variables).traces(Optional.empty(), Optional.empty(), true);
  }

  private static ExportSettings with(String... pairs) {
    String[] all = java.util.Arrays.copyOf(pairs, pairs.length + 2);
    all[pairs.length] = "OTEL_EXPORTER_OTLP_ENDPOINT";
    all[pairs.length + 1] = "http://collector:4318";
    return traces(all).orElseThrow();
  }

  @Test
  void withoutAnEndpointThereAreNoTraces() {
    assertThat(traces()).isEmpty();
    assertThat(traces("OTEL_EXPORTER_OTLP_ENDPOINT", " ")).isEmpty();
    assertThat(traces("OTEL_TRACES_SAMPLER", "always_on")).isEmpty();
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assertThat(traces(endpoint, "http://a", "OTEL_TRACES_EXPORTER", "none")).isEmpty();
    assertThat(traces(endpoint, "http://a", "OTEL_SDK_DISABLED", "true")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://a:4318, http://a:4318/v1/traces",
    "http://a:4318/, http://a:4318/v1/traces",
    "https://a/base, https://a/base/v1/traces",
  })
  void theGeneralEndpointIsABase(String said, String meant) {
    assertThat(traces("OTEL_EXPORTER_OTLP_ENDPOINT", said).orElseThrow().endpoint())
        .hasToString(meant);
  }

  @Test
  void theOneForTracesIsWhole() {
    assertThat(with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b/x").endpoint())
        .hasToString("http://b/x");
    Environment none = new Environment(Map.of());
    assertThat(none.traces(Optional.of("http://c:1"), Optional.of(0.1), false).orElseThrow())
        .matches(s -> s.endpoint().toString().equals("http://c:1/v1/traces"))
        .matches(s -> s.sampler().equals(new Sampler(true, 0.1)) && !s.continuesAnyone());
    assertThat(none.traces(Optional.of("http://c/t"), Optional.empty(), true).orElseThrow())
        .matches(s -> s.endpoint().toString().equals("http://c/t"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', true, 1",
    "always_on, '', false, 1",
    "always_off, '', false, 0",
    "traceidratio, 0.25, false, 0.25",
    "parentbased_always_on, '', true, 1",
    "parentbased_always_off, '', true, 0",
    "parentbased_traceidratio, 0.01, true, 0.01",
    "parentbased_traceidratio, '', true, 1",
  })
  void samplers(String name, String argument, boolean parentBased, double ratio) {
    assertThat(with("OTEL_TRACES_SAMPLER", name, "OTEL_TRACES_SAMPLER_ARG", argument).sampler())
        .isEqualTo(new Sampler(parentBased, ratio));
  }

  @Test
  void theRest() {
    ExportSettings settings =
        with(
            "OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20a+b, x-b=c",
            "OTEL_SERVICE_NAME", "gate",
            "OTEL_RESOURCE_ATTRIBUTES", "service.name=other,k=v%2Cw",
            "OTEL_EXPORTER_OTLP_TIMEOUT", "250",
            "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
            "OTEL_BSP_SCHEDULE_DELAY", "100",
            "OTEL_BSP_MAX_QUEUE_SIZE", "10",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "5");
    assertThat(settings.headers()).isEqualTo(Map.of("Authorization", "Bearer a+b", "x-b", "c"));
    assertThat(settings.resource()).isEqualTo(Map.of("service.name", "gate", "k", "v,w"));
    assertThat(settings.timeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.delay()).isEqualTo(Duration.ofMillis(100));
    assertThat(settings.gzip()).isTrue();
    assertThat(settings.maxQueued()).isEqualTo(10);
    assertThat(settings.maxBatch()).isEqualTo(5);
    assertThat(settings.toString()).doesNotContain("Bearer");
    assertThat(with().resource()).isEqualTo(Map.of("service.name", "fairlead"));
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, collector:4318",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, http:///x",
    "OTEL_EXPORTER_OTLP_PROTOCOL, grpc",
    "OTEL_EXPORTER_OTLP_CERTIFICATE, /a.pem",
    "OTEL_EXPORTER_OTLP_TIMEOUT, soon",
    "OTEL_EXPORTER_OTLP_TIMEOUT, 0",
    "OTEL_EXPORTER_OTLP_HEADERS, a",
    "OTEL_EXPORTER_OTLP_HEADERS, Host=a",
    "OTEL_BSP_MAX_QUEUE_SIZE, 1",
    "OTEL_TRACES_EXPORTER, zipkin",
    "OTEL_TRACES_SAMPLER, jaeger_remote",
  })
  void whatCannotBeDoneIsSaidWithItsName(String name, String value) {
    assertThatThrownBy(() -> with(name, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @CsvSource({"1.5", "-1", "NaN", "some"})
  void aRatioIsOne(String argument) {
    String sampler = "OTEL_TRACES_SAMPLER";
    assertThatThrownBy(() -> with(sampler, "traceidratio", "OTEL_TRACES_SAMPLER_ARG", argument))
        .hasMessageContaining("OTEL_TRACES_SAMPLER_ARG");
  }
}
