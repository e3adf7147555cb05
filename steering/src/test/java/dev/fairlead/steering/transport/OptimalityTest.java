package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.transport.FlowSolution.Status;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * On random networks of all kinds: each answer is proved by its certificate, and is the oracles'.
 */
class OptimalityTest {
  @Test
  void costsAreThoseOfSuccessiveShortestPaths() {
    agree(20_000, round -> 12, ShortestPaths::leastCost);
  }

  @Test
  void costsOfLargerNetworksAreThoseOfSuccessiveShortestPaths() {
    agree(150, round -> 40, ShortestPaths::leastCost);
  }

  @Test
  void costsAreThoseOfOrTools() {
    OrTools.assumeLoaded();
    agree(4_000, round -> round % 8 == 0 ? 60 : 20, OrTools::leastCost);
  }

  private static void agree(
      int rounds,
      Function<Integer, Integer> size,
      Function<FlowNetwork, Optional<BigInteger>> oracle) {
    int feasible = 0;
    for (int round = 0; round < rounds; round++) {
      long seed = Seeds.base() + round;
      String which = "seed " + seed;
      FlowNetwork network = Cases.any(Seeds.random(seed), size.apply(round));
      FlowSolution solution = new NetworkSimplex().solve(network);
      Certificate.check(solution, which);
      Optional<BigInteger> expected = oracle.apply(network);
      assertThat(solution.status())
          .as(which)
          .isEqualTo(expected.isPresent() ? Status.OPTIMAL : Status.INFEASIBLE);
      if (expected.isPresent()) {
        feasible++;
        assertThat(solution.cost()).as(which).isEqualTo(expected.get());
      }
    }
    assertThat(feasible).as("of %d cases", rounds).isBetween(rounds / 4, 9 * rounds / 10);
  }
}
