package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.transport.FlowSolution.Status;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;
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

  @Test
  void warmCostsAreColdCosts() {
    for (int round = 0; round < 5_000; round++) {
      long seed = Seeds.base() + round;
      Random random = new Random(seed);
      FlowNetwork network = Cases.any(random, 15);
      NetworkSimplex simplex = new NetworkSimplex();
      simplex.solve(network);
      for (int step = 0; step < 8; step++) {
        network = Cases.changed(random, network);
        FlowSolution warm = simplex.resolve(network);
        FlowSolution cold = new NetworkSimplex().solve(network);
        String which = "seed %d, step %d".formatted(seed, step);
        Certificate.check(warm, which);
        assertThat(warm.status()).as(which).isEqualTo(cold.status());
        if (cold.status() == Status.OPTIMAL) {
          assertThat(warm.cost()).as(which).isEqualTo(cold.cost());
        }
      }
    }
  }

  @Test
  void theDerivativeIsWhatOneUnitOfCapacityChanges() {
    int less = 0;
    for (int round = 0; round < 3_000; round++) {
      long seed = Seeds.base() + round;
      Random random = new Random(seed);
      FlowNetwork network = Cases.any(random, 10);
      FlowSolution solution = new NetworkSimplex().solve(network);
      if (solution.status() != Status.OPTIMAL) {
        continue;
      }
      for (int arc = 0; arc < network.arcs(); arc++) {
        if (network.capacity(arc) == FlowNetwork.UNBOUNDED) {
          continue;
        }
        FlowNetwork grown = network.change().capacity(arc, network.capacity(arc) + 1).build();
        BigInteger change = new NetworkSimplex().solve(grown).cost().subtract(solution.cost());
        long derivative = solution.capacityDerivative(arc);
        assertThat(BigInteger.valueOf(derivative))
            .as("seed %d, arc %d", seed, arc)
            .isEqualTo(change);
        assertThat(solution.capacityDual(arc))
            .as("seed %d, arc %d", seed, arc)
            .isLessThanOrEqualTo(derivative);
        less += solution.capacityDual(arc) < derivative ? 1 : 0;
      }
    }
    // Else no case was degenerate, and the dual alone would have passed.
    assertThat(less).isGreaterThan(100);
  }

  @Test
  void theMarginalCostIsWhatOneUnitOfDemandChanges() {
    int impossible = 0;
    for (int round = 0; round < 3_000; round++) {
      long seed = Seeds.base() + round;
      Random random = new Random(seed);
      FlowNetwork network = Cases.any(random, 10);
      FlowSolution solution = new NetworkSimplex().solve(network);
      if (solution.status() != Status.OPTIMAL || network.nodes() < 2) {
        continue;
      }
      int from = random.nextInt(network.nodes());
      int to = (from + 1 + random.nextInt(network.nodes() - 1)) % network.nodes();
      FlowNetwork grown =
          network
              .change()
              .supply(from, network.supply(from) + 1)
              .supply(to, network.supply(to) - 1)
              .build();
      FlowSolution after = new NetworkSimplex().solve(grown);
      OptionalLong marginal = solution.marginalCost(from, to);
      assertThat(marginal.isPresent())
          .as("seed %d", seed)
          .isEqualTo(after.status() == Status.OPTIMAL);
      if (marginal.isPresent()) {
        assertThat(solution.cost().add(BigInteger.valueOf(marginal.getAsLong())))
            .as("seed %d", seed)
            .isEqualTo(after.cost());
      } else {
        impossible++;
      }
    }
    assertThat(impossible).isGreaterThan(100);
  }
}
