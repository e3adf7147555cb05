package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.ChoiceModel.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LeastLoadedTest {
  private static final int PICKS = 60_000;

  private static LeastLoaded leastRequest(ChoiceModel model) {
    return new LeastLoaded(model.candidates, Load.OCCUPIED, null);
  }

  private static Choice p2c(ChoiceModel model) {
    return new LeastOf(2, Load.OCCUPIED, model.candidates, model.draw(), null);
  }

  private static int choose(Choice choice, ChoiceModel model) {
    return model.choose(choice, Request.ANY, Stage.FRESH, model.clock().nanos());
  }

  static Stream<double[]> tiedWeights() {
    double[] many = new double[1000];
    Arrays.fill(many, 1);
    many[7] = 1001;
    return Stream.of(new double[] {1, 2, 3}, new double[] {0.1, 10, 0.1}, many);
  }

  @ParameterizedTest
  @MethodSource("tiedWeights")
  void tiesAreDrawnByWeight(double[] weights) {
    ChoiceModel model = new ChoiceModel(weights);
    LeastLoaded choice = leastRequest(model);
    int[] picks = new int[weights.length];
    for (int pick = 0; pick < PICKS; pick++) {
      picks[choose(choice, model)]++;
    }

    double sum = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      double p = weights[i] / sum;
      // Six standard deviations, since a thousand shares are looked at, and a pick for small ones.
      double bound = 6 * Math.sqrt(p * (1 - p) / PICKS) + 1.0 / PICKS;
      assertThat((double) picks[i] / PICKS)
          .as("endpoint %s, %s", i, Seed.replay())
          .isCloseTo(p, within(bound));
    }
  }

  @Test
  void theLowestOfAllIsTakenAndOnlyTiesWithItAreDrawn() {
    ChoiceModel model = new ChoiceModel(1, 2, 1, 4);
    // 1/1, 1/2, 0/1 after an end, 2/4.
    for (int index : new int[] {0, 1, 3, 3}) {
      model.candidates[index].statistics().picked(0);
    }
    assertThat(choose(leastRequest(model), model)).isEqualTo(2);
    model.candidates[2].statistics().picked(0);
    int[] picks = new int[4];
    for (int pick = 0; pick < PICKS; pick++) {
      picks[choose(leastRequest(model), model)]++;
    }
    assertThat(picks[0] + picks[2]).isZero();
    // 2:4, five standard deviations.
    assertThat((double) picks[1] / PICKS)
        .as(Seed.replay())
        .isCloseTo(1 / 3.0, within(5 * Math.sqrt(2 / 9.0 / PICKS)));
  }

  @Test
  void whatIsNotAdmittedIsNotChosenHoweverIdle() {
    ChoiceModel model = new ChoiceModel(1, 1, 1);
    LeastLoaded choice = leastRequest(model);
    model.candidates[2].statistics().picked(0);
    Request tried = Fixture.triedPorts(1, 2);

    assertThat(model.choose(choice, tried, Stage.FRESH, 0)).isEqualTo(2);
    assertThat(model.choose(choice, tried, Stage.TRIED, 0)).isNotEqualTo(2);
    assertThat(model.choose(choice, Fixture.triedPorts(1, 2, 3), Stage.FRESH, 0))
        .isEqualTo(WeightedDraw.NONE);
  }

  static Stream<Arguments> loads() {
    double[] heavy = new double[10];
    Arrays.fill(heavy, 1);
    heavy[9] = 91;
    return Stream.of(new double[] {1, 2}, new double[] {1, 9}, heavy)
        .flatMap(
            weights ->
                Stream.of(0.05, 0.5)
                    .flatMap(
                        load ->
                            Stream.of("least-request", "p2c")
                                .map(policy -> Arguments.of(policy, load, weights))));
  }

  /**
   * Servers with one queue each, as fast as their weight. Let p be an endpoint's share of the
   * weights, ρ the load, s the share that it gets: it is busy for ρ·s/p of the time, and so it is
   * for that part of Poisson arrivals. An arrival that finds it idle goes there with probability p
   * at least: as a tie of least-request, or as the first draw of p2c. So s ≥ p·(1 − ρ·s/p), which
   * is s ≥ p/(1+ρ); and s ≤ p/ρ, since a server is busy for no more than all the time. What the
   * others get at least and at most bounds it from the other side.
   */
  @ParameterizedTest
  @MethodSource("loads")
  void weightsAreHonouredWithinWhatQueueingAllows(String policy, double load, double[] weights) {
    ChoiceModel model = new ChoiceModel(weights);
    Choice choice = policy.equals("p2c") ? p2c(model) : leastRequest(model);
    double sum = Arrays.stream(weights).sum();
    long[] busyUntil = new long[weights.length];
    int[] picks =
        model.run(
            choice,
            load * sum,
            100 * SECOND,
            (long) (100 * SECOND + PICKS / (load * sum) * SECOND),
            (index, now) -> {
              long service = (long) (model.exponential() / weights[index] * SECOND);
              busyUntil[index] = Math.max(now, busyUntil[index]) + service;
              return new ChoiceModel.Answer(busyUntil[index] - now, Outcome.REPLIED);
            });

    int total = Arrays.stream(picks).sum();
    for (int i = 0; i < weights.length; i++) {
      double p = weights[i] / sum;
      double least = Math.max(p / (1 + load), 1 - (1 - p) / load);
      double most = Math.min((p + load) / (1 + load), p / load);
      // Busy periods make arrivals depend on one another: twice the deviation of a binomial.
      double noise = 5 * 2 * Math.sqrt(p * (1 - p) / total);
      assertThat((double) picks[i] / total)
          .as("endpoint %s, %s", i, Seed.replay())
          .isBetween(least - noise, most + noise);
    }
  }
}
