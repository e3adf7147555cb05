package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.transport.FlowSolution.Status;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class WarmStartTest {
  @Test
  void costsWhatAColdOneCostsThroughAnyChanges() {
    Map<Status, Integer> seen = new EnumMap<>(Status.class);
    for (int round = 0; round < 6_000; round++) {
      long seed = Seeds.base() + round;
      RandomGenerator random = Seeds.random(seed);
      FlowNetwork network = Cases.any(random, round % 10 == 0 ? 40 : 15);
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
        seen.merge(cold.status(), 1, Integer::sum);
      }
    }
    assertThat(seen).containsKeys(Status.OPTIMAL, Status.INFEASIBLE);
  }

  @Test
  void leavesEarlierSolutionsAsTheyWere() {
    FlowNetwork network = Cases.transport(Seeds.random(Seeds.base()), 30);
    NetworkSimplex simplex = new NetworkSimplex();
    FlowSolution first = simplex.solve(network);
    long[] flows = new long[network.arcs()];
    for (int arc = 0; arc < flows.length; arc++) {
      flows[arc] = first.flow(arc);
    }
    RandomGenerator random = Seeds.random(Seeds.base());
    FlowNetwork changed = network;
    for (int step = 0; step < 5; step++) {
      changed = Cases.changed(random, changed);
      simplex.resolve(changed);
    }

    for (int arc = 0; arc < flows.length; arc++) {
      assertThat(first.flow(arc)).isEqualTo(flows[arc]);
    }
    Certificate.check(first, "first");
  }

  @Test
  void takesFewPivotsAfterAFewChanges() {
    int n = 200;
    FlowNetwork network = Cases.dense(Seeds.random(Seeds.base()), n);
    NetworkSimplex simplex = new NetworkSimplex();
    int cold = simplex.solve(network).pivots();
    FlowNetwork changed =
        network
            .change()
            .supply(7, network.supply(7) + 50)
            .supply(n + 7, network.supply(n + 7) - 50)
            .build();

    assertThat(simplex.resolve(changed).pivots()).isLessThan(cold / 5);
  }

  @Test
  void takesNoPivotWhereNothingChanged() {
    FlowNetwork network = Cases.dense(Seeds.random(Seeds.base()), 50);
    NetworkSimplex simplex = new NetworkSimplex();
    FlowSolution cold = simplex.solve(network);

    FlowSolution warm = simplex.resolve(network);

    assertThat(warm.pivots()).isZero();
    assertThat(warm.cost()).isEqualTo(cold.cost());
  }

  @Test
  void takesAnyNetworkThatWasBuiltAnewAndOneOfAnotherShape() {
    NetworkSimplex simplex = new NetworkSimplex();
    simplex.solve(Cases.dense(Seeds.random(1), 50));

    FlowSolution same = simplex.resolve(Cases.dense(Seeds.random(1), 50));
    FlowSolution other = simplex.resolve(Cases.dense(Seeds.random(2), 30));

    assertThat(same.pivots()).isZero();
    Certificate.check(other, "other shape");
  }

  @Test
  void comesBackFromAnUnboundedNetwork() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2);
    int there = builder.arc(0, 1, FlowNetwork.UNBOUNDED, 1);
    builder.arc(1, 0, FlowNetwork.UNBOUNDED, 1);
    FlowNetwork network = builder.build();
    NetworkSimplex simplex = new NetworkSimplex();
    simplex.solve(network);

    FlowSolution unbounded = simplex.resolve(network.change().cost(there, -2).build());
    FlowSolution bounded =
        simplex.resolve(network.change().cost(there, -2).capacity(there, 5).build());

    assertThat(unbounded.status()).isEqualTo(Status.UNBOUNDED);
    assertThat(bounded.cost()).isEqualTo(-5);
  }
}
