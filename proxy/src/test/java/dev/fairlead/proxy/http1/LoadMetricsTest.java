package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.outcome.LoadReport;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadMetricsTest {
  @ParameterizedTest(name = "{0} → {1}, {2}, {3}")
  @CsvSource(
      delimiter = '→',
      value = {
        "TEXT cpu_utilization=0.3, mem_utilization=0.8, rps_fractional=10.0, eps=1 → 0.3 → 10 → 1",
        "TEXT cpu_utilization=0.3,application_utilization=0.7 → 0.7 → NaN → NaN",
        "TEXT cpu_utilization=0.3,application_utilization=0 → 0.3 → NaN → NaN",
        "TEXT named_metrics.queue=4,rps=7 → NaN → 7 → NaN",
        "TEXT rps=7,rps_fractional=7.5 → NaN → 7.5 → NaN",
        "TEXT cpu_utilization=1E-2,eps=2e+1 → 0.01 → NaN → 20",
        "JSON {} → NaN → NaN → NaN",
        "JSON {\"cpu_utilization\":0.3,\"rps_fractional\": 10 , \"eps\":1} → 0.3 → 10 → 1",
        "JSON {\"cpuUtilization\":0.3,\"applicationUtilization\":0.9,\"rpsFractional\":2} → 0.9 → 2"
            + " → NaN",
        "JSON {\"named_metrics\":{\"eps\":5,\"q\":1},\"utilization\":{},\"eps\":2} → NaN → NaN → 2",
        "JSON {\"a\\\"b\":1,\"eps\":2} → NaN → NaN → 2",
      })
  void readsWhatTheEndpointSays(String value, double utilization, double rps, double eps) {
    assertThat(LoadMetrics.parse(value)).isEqualTo(new LoadReport(utilization, rps, eps));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TEXT",
        "TEXT ",
        "text eps=1",
        "BIN CgQ=",
        "TEXT eps",
        "TEXT eps=",
        "TEXT eps=1,",
        "TEXT eps=-1",
        "TEXT eps=NaN",
        "TEXT eps=Infinity",
        "TEXT eps=1e999",
        "TEXT eps=0x10",
        "TEXT eps=1d",
        "TEXT eps=1,eps=2",
        "TEXT eps=1 2",
        "JSON ",
        "JSON []",
        "JSON {",
        "JSON {\"eps\"}",
        "JSON {\"eps\":}",
        "JSON {\"eps\":1",
        "JSON {\"eps\":1,}",
        "JSON {\"eps\":1}}",
        "JSON {\"eps\":\"1\"}",
        "JSON {\"eps\":-1}",
        "JSON {\"eps\":1,\"eps\":1}",
        "JSON {\"eps",
        "JSON {\"eps\\",
        "JSON {\"a\":{\"b\":{\"c\":1}}}",
        "JSON {eps:1}",
      })
  void brokenFormsAreRefusedWhole(String value) {
    assertThat(LoadMetrics.parse(value)).isNull();
  }

  @Test
  void nothingIsReadThatIsTooLong() {
    String pair = "named_metrics.a=1,";
    assertThat(LoadMetrics.parse("TEXT " + pair.repeat(200) + "eps=1")).isNotNull();
    assertThat(LoadMetrics.parse("TEXT " + pair.repeat(300) + "eps=1")).isNull();
  }

  /** Whatever arrives is read or refused; a field that is read is a number and not negative. */
  @Test
  void hostileValuesDoNoHarm() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    String alphabet = "TEXTJSON {}\":,=\\.0123456789eE+-psracu_tilzon ";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder value = new StringBuilder(random.nextBoolean() ? "TEXT " : "JSON {\"eps\":");
      for (int length = random.nextInt(30); length > 0; length--) {
        value.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      LoadReport report = LoadMetrics.parse(value.toString());
      assertThat(report == null || (!(report.eps() < 0) && !(report.utilization() < 0)))
          .as("seed %s: %s gives %s", seed, value, report)
          .isTrue();
    }
  }
}
