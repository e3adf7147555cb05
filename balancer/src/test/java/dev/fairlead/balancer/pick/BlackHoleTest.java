package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Simulation.MS;
import static dev.fairlead.balancer.pick.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Simulation.Answer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One endpoint fails in a millisecond; the others reply in 10 to 30 ms. */
class BlackHoleTest {
  /** Fair picks of the black hole to look at: a tenth of it is 50 ± 7. */
  private static final double FAIR_PICKS = 500;

  static Stream<Arguments> settings() {
    return Fixture.LOAD_AWARE.stream()
        .flatMap(
            algorithm ->
                Stream.of(3, 20)
                    .flatMap(
                        endpoints ->
                            Stream.of(100, 1000, 4000)
                                .map(rps -> Arguments.of(algorithm, endpoints, rps))));
  }

  /** Picks of the black hole in the seconds 5 to 10, over its fair share of all. */
  private static double share(Algorithm algorithm, int endpoints, int rps, Answer failure) {
    int runs = (int) Math.ceil(FAIR_PICKS * endpoints / (5 * rps));
    double picks = 0;
    for (int run = 0; run < runs; run++) {
      Simulation simulation = new Simulation(run, algorithm, Simulation.equal(endpoints));
      Simulation.Server server = (index, now) -> index == 0 ? failure : simulation.reply(10, 30);
      simulation.open(rps, 5 * SECOND, server);
      picks += simulation.open(rps, 5 * SECOND, server)[0];
    }
    return picks / (runs * 5.0 * rps / endpoints);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void fromFiveSecondsOnItGetsAtMostATenthOfItsFairShare(
      Algorithm algorithm, int endpoints, int rps) {
    for (Outcome outcome : new Outcome[] {Outcome.FAILED, Outcome.OVERLOADED}) {
      assertThat(share(algorithm, endpoints, rps, new Answer(MS, outcome)))
          .as("%s, %s", outcome, Seed.replay())
          .isLessThanOrEqualTo(0.1);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void askingForRestWithEachFailureDoesNotHelpIt(Algorithm algorithm, int endpoints, int rps) {
    Answer rest = new Answer(MS, Outcome.OVERLOADED, 100 * MS);

    assertThat(share(algorithm, endpoints, rps, rest)).as(Seed.replay()).isLessThanOrEqualTo(0.1);
  }

  @Test
  void ofAPolicyThatIsBlindToFailuresItGetsItsShare() {
    // The setting's own check. Of 10 000 Poisson arrivals, five deviations.
    assertThat(share(new Algorithm.RoundRobin(), 20, 1000, new Answer(MS, Outcome.FAILED)))
        .as(Seed.replay())
        .isBetween(0.95, 1.05);
  }
}
