package dev.fairlead.balancer.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportedLoadTest {
  private static final long SECOND = 1_000_000_000L;
  private static final LoadWeighting WEIGHTING = LoadWeighting.DEFAULT;
  private final ReportedLoad reported = new ReportedLoad();

  private void report(double utilization, double rps, double eps, double atSeconds) {
    reported.reported(
        new LoadReport(utilization, rps, eps), (long) (atSeconds * SECOND), WEIGHTING);
  }

  private double weight(double atSeconds) {
    return reported.weight((long) (atSeconds * SECOND), WEIGHTING);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 100, 0, 200", "0.5, 100, NaN, 200", "0.5, 100, 50, 100", "2, 100, 0, 50"})
  void theWeightIsWhatItWouldServeIfItWereUsedFully(
      double utilization, double rps, double eps, double expected) {
    report(utilization, rps, eps, 0);

    assertThat(weight(10)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void theFirstTenSecondsDoNotCount() {
    report(0.5, 100, 0, 5);
    report(0.5, 100, 0, 14.9);
    assertThat(weight(14.9)).isNaN();
    assertThat(weight(15)).isEqualTo(200);
  }

  @Test
  void aReportExpiresAfterThreeMinutesAndTheNextBeginsAnew() {
    report(0.5, 100, 0, 0);
    assertThat(weight(179.9)).isEqualTo(200);
    assertThat(weight(180)).isNaN();

    report(0.5, 300, 0, 200);
    assertThat(weight(209.9)).isNaN();
    assertThat(weight(210)).isEqualTo(600);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100, 0", "1e-9, 100, 0", "NaN, 100, 0", "-1, 100, 0", "1e308, 100, 0", "Infinity, 100, 0",
    "0.5, 1e308, 0", "0.5, 0, 0", "0.5, -1, 0", "0.5, NaN, 0", "0.5, 100, -1", "0.5, 100, 1e308"
  })
  void whatCannotBeTrueIsCountedAndNeverStored(double utilization, double rps, double eps) {
    report(utilization, rps, eps, 0);
    report(0.5, 100, 0, 1);
    report(utilization, rps, eps, 2);

    assertThat(weight(10.5)).isNaN();
    assertThat(weight(11)).isEqualTo(200);
    assertThat(reported.dropped()).isEqualTo(2);
  }

  @Test
  void nothingSaidIsNoLie() {
    reported.reported(LoadReport.NONE, 0, WEIGHTING);

    assertThat(reported.dropped()).isZero();
    assertThat(weight(11)).isNaN();
  }

  @Test
  void aReportThatWasHeldUpDoesNotReplaceALaterOne() {
    report(0.5, 100, 0, 3);
    report(0.5, 900, 0, 2);

    assertThat(weight(20)).isEqualTo(200);
  }
}
