package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.transport.FlowSolution.Status;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkSimplexTest {
  @Test
  void costsAreThoseOfSuccessiveShortestPaths() {
    for (int round = 0; round < 20_000; round++) {
      long seed = Seeds.base() + round;
      FlowNetwork network = Cases.any(new Random(seed), 12);
      FlowSolution solution = new NetworkSimplex().solve(network);
      Certificate.check(solution, "seed " + seed);
      Optional<BigInteger> expected = ShortestPaths.leastCost(network);
      if (expected.isPresent()) {
        assertThat(solution.status()).as("seed %d", seed).isEqualTo(Status.OPTIMAL);
        assertThat(solution.cost()).as("seed %d", seed).isEqualTo(expected.get());
      } else {
        assertThat(solution.status()).as("seed %d", seed).isEqualTo(Status.INFEASIBLE);
      }
    }
  }
}
