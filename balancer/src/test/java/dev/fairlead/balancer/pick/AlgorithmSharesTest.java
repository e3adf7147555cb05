package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlgorithmSharesTest {
  private static final int PICKS = 60_000;

  static Stream<Algorithm> algorithms() {
    return Fixture.ALGORITHMS.stream();
  }

  /** Those that draw: in round robin a skipped turn goes to the next, not in proportion. */
  static Stream<Algorithm> drawing() {
    return algorithms().filter(each -> !(each instanceof Algorithm.RoundRobin));
  }

  private static void assertShares(Map<Integer, Integer> counts, double... weights) {
    double sum = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      double p = weights[i] / sum;
      // Five standard deviations of a binomial share; round robin is far within.
      double bound = 5 * Math.sqrt(p * (1 - p) / PICKS);
      assertThat((double) counts.getOrDefault(i + 1, 0) / PICKS)
          .as("endpoint %s, %s", i + 1, Seed.replay())
          .isCloseTo(p, within(bound));
    }
  }

  private static Endpoint[] weighted(double... weights) {
    return IntStream.range(0, weights.length)
        .mapToObj(i -> endpoint("west", i + 1, weights[i]))
        .toArray(Endpoint[]::new);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void sharesAreTheWeightsWhileLoadsAreEqual(Algorithm algorithm) {
    for (double[] weights :
        List.of(
            new double[] {1, 2},
            new double[] {1, 2, 3, 0},
            new double[] {0.1, 10, 0.1},
            new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 999})) {
      Fixture fixture = new Fixture(algorithm);
      fixture.endpoints(weighted(weights));

      assertShares(fixture.countByPort(Request.ANY, PICKS), weights);
    }
  }

  @ParameterizedTest
  @MethodSource("drawing")
  void sharesStayTheWeightsWhereMostEndpointsAreOut(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    Endpoint[] many =
        IntStream.rangeClosed(1, 100)
            .mapToObj(port -> endpoint("west", port, port <= 3 ? port : 10))
            .toArray(Endpoint[]::new);
    fixture.endpoints(many);
    Request onlyThree =
        new Request() {
          @Override
          public boolean tried(Endpoint endpoint) {
            return endpoint.address().port() > 3;
          }
        };

    assertShares(fixture.countByPort(onlyThree, PICKS), 1, 2, 3);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aSingleEndpointGetsAll(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    fixture.endpoints(endpoint("west", 1));

    assertThat(fixture.countByPort(Request.ANY, 10)).containsExactly(Map.entry(1, 10));
  }

  @Test
  void sixTurnsOfRoundRobinAreExactWhereverItStarts() {
    for (int run = 0; run < 50; run++) {
      Fixture fixture =
          new Fixture(
              new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT),
              Optional.empty(),
              Seed.source(run));
      fixture.endpoints(weighted(1, 2, 3, 0));

      for (int period = 0; period < 3; period++) {
        assertThat(fixture.countByPort(Request.ANY, 6))
            .as("run %s, %s", run, Seed.replay())
            .isEqualTo(Map.of(1, 1, 2, 2, 3, 3));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, -Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY})
  void aWeightThatIsNoneIsRefused(double weight) {
    assertThatThrownBy(() -> endpoint("west", 1, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight " + weight);
  }

  @Test
  void aMissingWeightIsOne() {
    Endpoint plain = new Endpoint(new Address("127.0.0.1", 1), Fixture.place("west"));
    assertThat(plain.weight()).isEqualTo(1);
  }

  @Test
  void ofTwoDistinctDrawsTheLessOccupiedIsTakenWhateverTheWeightsAre() {
    Fixture fixture = new Fixture(Algorithm.P2c.DEFAULT);
    fixture.endpoints(endpoint("west", 1, 1), endpoint("west", 2, 2));
    fixture.leaseOn(1);
    // 1/1 against 0/2.
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2);
    fixture.leaseOn(2);
    // 1/1 against 1/2.
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2);
    fixture.leaseOn(2);
    fixture.leaseOn(2);
    // 1/1 against 3/2.
    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(1);
  }

  @Test
  void peakEwmaLeavesTheSlowOneAlone() {
    Fixture fixture = new Fixture(Algorithm.PeakEwma.DEFAULT);
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
    Lease slow = fixture.leaseOn(1);
    fixture.advance(500);
    slow.end(Outcome.REPLIED);

    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2);
  }

  @Test
  void peakEwmaSeesAHangingRequestBeforeItEnds() {
    Fixture fixture = new Fixture(Algorithm.PeakEwma.DEFAULT);
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
    fixture.leaseOn(1);
    // The other has more in flight, all of them fresh: 30 ms · 4 against at least 1 s · 2.
    fixture.advance(1000);
    for (int i = 0; i < 3; i++) {
      fixture.leaseOn(2);
    }

    assertThat(fixture.countByPort(Request.ANY, 100)).containsOnlyKeys(2);
  }
}
