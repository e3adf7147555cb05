package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.pick.Simulation.Answer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Experiments whose outcome is published: T1 is Linkerd's "Beyond round robin" (2016), T2 is
 * Finagle's comparison of its balancers. "Least loaded" is there the less loaded of two draws.
 */
class PublishedExperimentsTest {
  static Stream<Arguments> successRates() {
    return Stream.of(
        Arguments.of(new Algorithm.RoundRobin(), 95.0, 1.0),
        Arguments.of(Algorithm.P2c.DEFAULT, 99.0, 0.7),
        Arguments.of(Algorithm.PeakEwma.DEFAULT, 99.9, 0.1));
  }

  /** T1: eleven endpoints, of which one takes two seconds for half of the time. */
  @ParameterizedTest
  @MethodSource("successRates")
  void successWithinASecond(Algorithm algorithm, double percent, double tolerance) {
    Simulation simulation = new Simulation(algorithm, Simulation.equal(11));
    simulation.open(
        1000,
        60 * SECOND,
        (index, now) ->
            index == 0 && now >= 15 * SECOND && now < 45 * SECOND
                ? Answer.replied(2 * SECOND)
                : simulation.reply(162, 172));
    long fast = simulation.done().stream().filter(each -> each.nanos() <= SECOND).count();

    assertThat(100.0 * fast / simulation.done().size())
        .as(Seed.replay())
        .isCloseTo(percent, within(tolerance));
  }

  static Stream<Arguments> tails() {
    return Stream.of(
        Arguments.of(Algorithm.PeakEwma.DEFAULT, 105.0),
        Arguments.of(Algorithm.P2c.DEFAULT, 860.0),
        Arguments.of(new Algorithm.RoundRobin(), 990.0));
  }

  private static Simulation tenUnequal(Algorithm algorithm) {
    double[] most = {1, 10, 10, 10, 10, 100, 100, 100, 100, 1000};
    Simulation simulation = new Simulation(algorithm, Simulation.equal(most.length));
    simulation.closed(50, 50_000, (index, now) -> simulation.reply(0, most[index]));
    assertThat(simulation.done()).hasSize(50_000);
    return simulation;
  }

  /** T2: ten endpoints that take up to 1, 10, 100 and 1000 ms; 50 requests at a time. */
  @ParameterizedTest
  @MethodSource("tails")
  void latencyThatOneInAThousandExceeds(Algorithm algorithm, double millis) {
    // The 50 slowest of 50 000 are a sample of 50: the percentile itself is good to 7 % or so.
    assertThat(tenUnequal(algorithm).percentileMillis(0.999, -1))
        .as(Seed.replay())
        .isCloseTo(millis, within(0.07 * millis));
  }

  @Test
  void medianAndTailOfPeakEwma() {
    Simulation simulation = tenUnequal(Algorithm.PeakEwma.DEFAULT);

    assertThat(simulation.percentileMillis(0.5, -1)).as(Seed.replay()).isCloseTo(5, within(0.5));
    assertThat(simulation.percentileMillis(0.99, -1)).as(Seed.replay()).isCloseTo(96, within(2.0));
  }
}
