package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.transport.FlowSolution.Status;
import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class DerivativeTest {
  @Test
  void ofACapacityIsWhatOneUnitChangesAtDegenerateOptimaToo() {
    int dualPromisesMore = 0;
    for (int round = 0; round < 3_000; round++) {
      long seed = Seeds.base() + round;
      FlowNetwork network = Cases.any(Seeds.random(seed), 10);
      FlowSolution solution = new NetworkSimplex().solve(network);
      for (int arc = 0; arc < network.arcs() && solution.status() == Status.OPTIMAL; arc++) {
        if (network.capacity(arc) != FlowNetwork.UNBOUNDED) {
          String which = "seed %d, arc %d".formatted(seed, arc);
          FlowNetwork grown = network.change().capacity(arc, network.capacity(arc) + 1).build();
          BigInteger change = new NetworkSimplex().solve(grown).cost().subtract(solution.cost());
          long derivative = solution.capacityDerivative(arc);
          long dual = solution.capacityDual(arc);
          assertThat(BigInteger.valueOf(derivative)).as(which).isEqualTo(change);
          assertThat(dual).as(which).isLessThanOrEqualTo(derivative);
          dualPromisesMore += dual < derivative ? 1 : 0;
        }
      }
    }
    // Else no case was degenerate, and the dual alone would have passed.
    assertThat(dualPromisesMore).isGreaterThan(100);
  }

  @Test
  void ofAPairOfSuppliesIsWhatOneUnitChanges() {
    int possible = 0;
    int impossible = 0;
    for (int round = 0; round < 10_000; round++) {
      long seed = Seeds.base() + round;
      RandomGenerator random = Seeds.random(seed);
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
        possible++;
      } else {
        impossible++;
      }
    }
    assertThat(possible).isGreaterThan(100);
    assertThat(impossible).isGreaterThan(100);
  }

  @Test
  void isNotTheDualWhereTwoFullArcsShareOneBottleneck() {
    // Both of the two arcs on the only path are full: more of one alone is worth nothing.
    FlowNetwork.Builder builder = new FlowNetwork.Builder(3);
    builder.supply(0, 10).supply(2, -10);
    int first = builder.arc(0, 1, 4, 1);
    int second = builder.arc(1, 2, 4, 1);
    builder.arc(0, 2, FlowNetwork.UNBOUNDED, 100);
    FlowSolution solution = new NetworkSimplex().solve(builder.build());

    assertThat(solution.capacityDerivative(first)).isZero();
    assertThat(solution.capacityDerivative(second)).isZero();
    assertThat(solution.capacityDual(first) + solution.capacityDual(second)).isEqualTo(-98);
  }
}
