package dev.fairlead.steering.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.demand.Ewma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class L3FormulaTest {
  @Test
  void meanOfTheLogNormal() {
    // σ = ln 4 / 2.3263 = 0.595922; 20·e^(0.177562)
    assertThat(L3Formula.mean(20, 80)).isCloseTo(23.8860, within(1e-3));
    assertThat(L3Formula.mean(20, 20)).isEqualTo(20);
  }

  @ParameterizedTest(name = "mean {0} ns, success {1}, {2} in flight, {3} rps: {4}")
  @CsvSource({
    "1e8, 1,   0,  10, 1000",
    "1e8, 1,   10, 10, 250",
    "1e8, 1,   10, 0,  1000",
    "1e8, 0.5, 0,  10, 142.857142857",
    "1e8, 0.5, 5,  10, 63.4920634921",
    "1e8, 0,   0,  10, 1",
    "1e12, 1,  0,  10, 1",
  })
  void weight(double mean, double success, double inFlight, double rps, double expected) {
    assertThat(L3Formula.weight(mean, success, inFlight, rps)).isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest(name = "w {0}, mean {1}, r {2}: {3} as intended, {4} in the repository")
  @CsvSource({
    // more load: towards the mean; (1+1)^1.5 = 2.828427
    "100, 200, 1,       164.644661, 150",
    "300, 200, 1,       235.355339, 250",
    // the same load: nothing
    "100, 200, 0,       100,        100",
    "300, 200, 0,       300,        300",
    // less load: away from the mean; (1+(2·0.5)²) and (1+(3/3)²) are 2
    "100, 200, -0.5,    35.355339,  50",
    "200, 200, -0.5,    70.710678,  100",
    "300, 200, -0.3333333333333333, 364.644661, 350",
    // floors
    "1.5, 10,  -1,      1,          1",
    "1,   1,   1,       1,          1",
  })
  void rateControl(double weight, double mean, double r, double intended, double repository) {
    assertThat(L3Formula.rateControl(weight, mean, r, L3Formula.EXPONENT))
        .isCloseTo(intended, within(1e-5));
    assertThat(L3Formula.rateControl(weight, mean, r, L3Formula.EXPONENT_OF_REPOSITORY))
        .isCloseTo(repository, within(1e-5));
  }

  @Test
  void averageIsInitialisedThenDecays() {
    Ewma first = Ewma.UNKNOWN.with(10, 1_000, 5e9);
    assertThat(first).isEqualTo(new Ewma(10, 1_000));
    // d = e^−1: 20·0.632121 + 10·0.367879
    assertThat(first.with(20, 5_000_001_000L, 5e9).value()).isCloseTo(16.321206, within(1e-6));
    // d = e^−2
    assertThat(first.with(20, 10_000_001_000L, 5e9).value()).isCloseTo(18.646647, within(1e-6));
  }

  @Test
  void averageStaysWhereNoTimePassed() {
    Ewma first = new Ewma(10, 1_000);
    assertThat(first.with(20, 1_000, 5e9).value()).isEqualTo(10);
    assertThat(first.with(20, 500, 5e9).value()).isEqualTo(10);
  }
}
