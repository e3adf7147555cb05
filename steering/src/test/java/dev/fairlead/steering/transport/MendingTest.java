package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MendingTest {
  private static final int SIZE = 100;

  @Test
  void cutsTheTreeAtMostOnceForEachSupplyThatChangedHoweverDegenerate() {
    for (int round = 0; round < 20; round++) {
      FlowNetwork network = assignment(Seeds.random(Seeds.base() + round));
      Basis basis = optimal(network);
      int before = artificial(basis);

      new Mending(basis, network, withOneMore(network, round)).run();

      assertThat(artificial(basis)).as("round %d", round).isBetween(before, before + 2);
    }
  }

  @Test
  void leavesNothingToLookAtWhereTheTreeHadRoom() {
    // The middle one of three sources shares destinations with both others.
    FlowNetwork network =
        chain(new FlowNetwork.Builder(5).supply(0, 10).supply(1, 10).supply(2, 10));
    Basis basis = optimal(network);
    Settled settled = new Settled(network.shape, basis);

    FlowNetwork more = network.change().supply(0, 11).supply(4, -16).build();
    new Mending(basis, network, more).run();
    settled.measure();

    assertThat(settled.excludes(0) && settled.excludes(1) && settled.excludes(2)).isTrue();
  }

  @Test
  void leavesTheSourcesToLookAtForWhichADestinationGotDearer() {
    FlowNetwork network =
        chain(new FlowNetwork.Builder(5).supply(0, 10).supply(1, 10).supply(2, 10));
    Basis basis = optimal(network);
    Settled settled = new Settled(network.shape, basis);

    // The middle source has but 5 units to turn over.
    FlowNetwork more = network.change().supply(0, 20).supply(4, -25).build();
    new Mending(basis, network, more).run();
    settled.measure();

    assertThat(settled.excludes(0)).isFalse();
    assertThat(new Primal(more, basis, settled).run()).isTrue();
    assertThat(basis.feasible()).isTrue();
  }

  /** Source 0 sends all to destination 3, source 2 all to 4, and source 1 half to each. */
  private static FlowNetwork chain(FlowNetwork.Builder builder) {
    builder.supply(3, -15).supply(4, -15);
    long[][] costs = {{1, 9}, {1, 1}, {9, 1}};
    for (int source = 0; source < 3; source++) {
      builder.arc(source, 3, FlowNetwork.UNBOUNDED, costs[source][0]);
      builder.arc(source, 4, FlowNetwork.UNBOUNDED, costs[source][1]);
    }
    return builder.build();
  }

  private static FlowNetwork assignment(RandomGenerator random) {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2 * SIZE);
    for (int source = 0; source < SIZE; source++) {
      builder.supply(source, 1).supply(SIZE + source, -1);
      for (int destination = 0; destination < SIZE; destination++) {
        builder.arc(source, SIZE + destination, 1, Cases.between(random, 1, 10_000));
      }
    }
    return builder.build();
  }

  private static FlowNetwork withOneMore(FlowNetwork network, int source) {
    return network.change().supply(source, 2).supply(SIZE + source, -2).build();
  }

  private static Basis optimal(FlowNetwork network) {
    Basis basis = new Basis(network);
    assertThat(new Primal(network, basis, null).run()).isTrue();
    return basis;
  }

  private static int artificial(Basis basis) {
    int count = 0;
    for (int node = 0; node < basis.nodes; node++) {
      count += basis.via[node] == Basis.ARTIFICIAL ? 1 : 0;
    }
    return count;
  }
}
