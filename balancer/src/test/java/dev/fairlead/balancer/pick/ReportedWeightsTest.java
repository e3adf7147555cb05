package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.ChoiceModel.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.LoadWeighting;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportedWeightsTest {
  private static final int PICKS = 65_535;

  private static ReportedWeights choice(ChoiceModel model) {
    return new ReportedWeights(
        model.candidates, model.draw(), null, LoadWeighting.DEFAULT, 0, model.random);
  }

  private static void report(ChoiceModel model, int index, double used, double rps, long at) {
    model
        .candidates[index]
        .statistics()
        .reportedLoad()
        .reported(new LoadReport(used, rps, 0), at, LoadWeighting.DEFAULT);
  }

  private static double[] shares(ReportedWeights choice, ChoiceModel model, long now) {
    double[] shares = new double[model.candidates.length];
    for (int pick = 0; pick < PICKS; pick++) {
      int index = model.choose(choice, Request.ANY, Stage.ELSEWHERE, now);
      shares[index] += 1.0 / PICKS;
    }
    return shares;
  }

  private static void assertShares(double[] shares, double... weights) {
    double sum = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      // A turn at each end of the stretch of the sequence, and the rounding of the stride.
      assertThat(shares[i])
          .as("endpoint %s of %s, %s", i, Arrays.toString(shares), Seed.replay())
          .isCloseTo(weights[i] / sum, within(3.0 / PICKS + 1e-4));
    }
  }

  @Test
  void whileNothingIsKnownTheDeclaredWeightsCount() {
    ChoiceModel model = new ChoiceModel(1, 2, 3);

    assertShares(shares(choice(model), model, 0), 1, 2, 3);
  }

  @Test
  void reportedWeightsAreClampedAroundTheirMedianAndTimesTheDeclaredOnes() {
    ChoiceModel model = new ChoiceModel(1, 1, 1, 1, 1, 2);
    ReportedWeights choice = choice(model);
    double[] used = {0.5, 0.4, 0.5, 0.01, 50};
    for (int i = 0; i < used.length; i++) {
      report(model, i, used[i], 100, 0);
    }

    // 200, 250, 200, 10 000 and 2: the median is 200; the last says nothing.
    assertShares(shares(choice, model, 10 * SECOND), 1, 1.25, 1, 2, 0.5, 2);
  }

  @Test
  void weightsAreComputedAnewOnceASecond() {
    ChoiceModel model = new ChoiceModel(1, 1, 1);
    ReportedWeights choice = choice(model);
    for (int i = 0; i < 3; i++) {
      report(model, i, 0.5, 100, 0);
    }
    assertShares(shares(choice, model, 10 * SECOND), 1, 1, 1);
    report(model, 0, 0.25, 100, 10 * SECOND);
    assertShares(shares(choice, model, 11 * SECOND - 1), 1, 1, 1);
    assertShares(shares(choice, model, 11 * SECOND), 2, 1, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100",
    "1e-9, 100",
    "NaN, 100",
    "1e308, 100",
    "-1, 100",
    "0.5, 1e308",
    "0.001, 100",
    "0.5, 1e9"
  })
  void oneLiarInTwentyGetsAtMostTwiceItsFairShare(double used, double rps) {
    double[] weights = new double[20];
    Arrays.fill(weights, 1);
    ChoiceModel model = new ChoiceModel(weights);
    ReportedWeights choice = choice(model);
    for (int second = 0; second <= 20; second++) {
      for (int i = 1; i < 20; i++) {
        // The honest are not all alike.
        report(model, i, 0.45 + 0.1 * model.random.nextDouble(), 100, second * SECOND);
      }
      report(model, 0, used, rps, second * SECOND);
    }
    double[] shares = shares(choice, model, 21 * SECOND);

    assertThat(shares[0]).as(Seed.replay()).isLessThanOrEqualTo(2.0 / 20);
    for (int i = 1; i < 20; i++) {
      assertThat(shares[i]).as(Seed.replay()).isGreaterThan(0.8 / 20);
    }
  }

  @Test
  void oneThatIsNotAdmittedIsPassedOver() {
    ChoiceModel model = new ChoiceModel(1, 1, 1);
    ReportedWeights choice = choice(model);
    for (int pick = 0; pick < 100; pick++) {
      assertThat(model.choose(choice, Fixture.triedPorts(1, 3), Stage.FRESH, 0)).isEqualTo(1);
    }
    assertThat(model.choose(choice, Fixture.triedPorts(1, 2, 3), Stage.FRESH, 0))
        .isEqualTo(WeightedDraw.NONE);
  }

  @Test
  void declaredWeightsAtTheEndsOfTheScaleStopNothing() {
    ChoiceModel model = new ChoiceModel(Double.MIN_VALUE, Double.MIN_VALUE);
    ReportedWeights choice = choice(model);
    report(model, 0, 0.01, 100, 0);
    report(model, 1, 100, 100, 0);

    assertThat(model.choose(choice, Request.ANY, Stage.FRESH, 11 * SECOND)).isBetween(0, 1);
  }
}
