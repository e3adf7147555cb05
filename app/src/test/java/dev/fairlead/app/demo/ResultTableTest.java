package dev.fairlead.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  private static final List<PolicyResult> RESULTS =
      List.of(
          new PolicyResult("even", 40.04, 200, 4000, 5000.5, 15_000, 12, 3, 0.6667, 0.000_5),
          new PolicyResult("l3", 24, 70, 2000, 3000, 15_010, 2, 0, 0.25, 0.000_2),
          new PolicyResult("default", 22, 65, 1000, 1500, 15_012, 0, 0, 0.2, 0.000_1));

  @Test
  void theTableHasARowForEachPolicy() {
    assertThat(ResultTable.table(RESULTS).lines())
        .containsExactly(
            "policy      p50 ms    p90 ms    p99 ms  p99.9 ms  completed  failed  failed late"
                + "   crossed     egress $",
            "even          40.0     200.0    4000.0    5000.5      15000      12            3"
                + "    66.7 %    0.0005000",
            "l3            24.0      70.0    2000.0    3000.0      15010       2            0"
                + "    25.0 %    0.0002000",
            "default       22.0      65.0    1000.0    1500.0      15012       0            0"
                + "    20.0 %    0.0001000");
  }

  @Test
  void jsonIsOneObjectWithTheFieldsInOrder() {
    assertThat(ResultTable.json(RESULTS.subList(0, 1)))
        .isEqualTo(
            "{\"policies\":[{\"name\":\"even\",\"p50Millis\":40.04,\"p90Millis\":200.0,"
                + "\"p99Millis\":4000.0,\"p999Millis\":5000.5,\"completed\":15000,\"failed\":12,"
                + "\"failedLate\":3,\"crossClusterRatio\":0.6667,\"egressDollars\":5.0E-4}]}");
  }

  @Test
  void theReadingSaysWhatTheNumbersSay() {
    assertThat(ResultTable.reading(RESULTS))
        .contains("75 % below round robin's and 50 % below L3's")
        .contains("failed 0 requests where round robin failed 12 and L3 2; none");
  }

  @Test
  void theReadingDoesNotFlatter() {
    List<PolicyResult> worse =
        List.of(
            new PolicyResult("even", 20, 50, 100, 200, 100, 0, 0, 0, 0),
            new PolicyResult("l3", 20, 50, 100.2, 200, 100, 0, 0, 0, 0),
            new PolicyResult("default", 20, 50, 150, 200, 90, 10, 4, 0, 0));
    assertThat(ResultTable.reading(worse))
        .contains("50 % above round robin's and 50 % above L3's")
        .contains("failed 10 requests where round robin failed 0 and L3 0; 4 of them later");
  }

  @Test
  void aMonthIsExtrapolatedFromTheRun() {
    // 30 days are 64 800 runs of 40 s.
    assertThat(ResultTable.footnotes(RESULTS, Duration.ofSeconds(40)))
        .contains("even $32.40 l3 $12.96 default $6.48.");
  }

  @Test
  void aResultCountsWhatTheSamplesSay() {
    Script script = Script.lasting(Duration.ofSeconds(40));
    List<Sample> samples =
        List.of(
            new Sample(1, 10_000_000, 200, "west", Sample.Ending.ANSWERED),
            new Sample(2, 20_000_000, 200, "east", Sample.Ending.ANSWERED),
            new Sample(3, 30_000_000, 404, "west", Sample.Ending.ANSWERED),
            new Sample(4, 40_000_000, 200, "central", Sample.Ending.ANSWERED),
            new Sample(27_000_000_000L, 1, 503, "", Sample.Ending.ANSWERED),
            new Sample(29_000_000_000L, 1, 0, "", Sample.Ending.BROKEN));
    assertThat(PolicyResult.of("even", samples, script, "west", 0.25))
        .isEqualTo(new PolicyResult("even", 20, 40, 40, 40, 4, 2, 1, 0.5, 0.25));
  }
}
