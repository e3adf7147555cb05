package dev.fairlead.steering.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.steering.transport.FlowNetwork.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowNetworkTest {
  private final FlowNetwork.Builder builder = new FlowNetwork.Builder(3);

  @Test
  void numbersThatCouldOverflowAreRefusedWithALimit() {
    builder.arc(0, 1, 1, 1L << 60);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in a network of 3 nodes")
        .hasMessageContaining("scale costs to at most 288230376151711744");

    FlowNetwork.Builder supplies = new FlowNetwork.Builder(3);
    supplies.supply(0, 1L << 61).supply(1, -(1L << 61));
    assertThatThrownBy(supplies::build).hasMessageContaining("supplies and lower bounds sum to");
    supplies.supply(0, Long.MIN_VALUE);
    assertThatThrownBy(supplies::build).hasMessageContaining("supplies and lower bounds sum to");

    assertThatThrownBy(() -> builder.arc(0, 1, Long.MAX_VALUE - 1, 1))
        .hasMessageContaining("UNBOUNDED");
    assertThatThrownBy(() -> builder.arc(0, 1, 1, Long.MIN_VALUE)).hasMessageContaining("cost");
  }

  @Test
  void theLargestCostThatIsAllowedIsSolvedExactly() {
    long limit = FlowNetwork.LARGEST / 8;
    builder.supply(0, 3).supply(2, -3);
    builder.arc(0, 1, 5, limit);
    builder.arc(1, 2, 5, limit);
    builder.arc(0, 2, 2, -limit);
    FlowSolution solution = new NetworkSimplex().solve(builder.build());

    Certificate.check(solution, "largest");
    assertThat(solution.cost()).isZero();
  }

  @Test
  void boundsThatCrossAreRefused() {
    assertThatThrownBy(() -> builder.arc(0, 1, 5, 4, 1))
        .hasMessage("arc 0: lower bound 5 must be from 0 to the capacity 4");
    assertThatThrownBy(() -> builder.arc(0, 1, -1, 4, 1)).hasMessageContaining("-1");
    builder.arc(0, 1, 2, 4, 1);
    assertThatThrownBy(() -> builder.build().change().capacity(0, 1))
        .hasMessageContaining("lower bound 2");
  }

  @Test
  void nodesThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> builder.arc(0, 3, 1, 1))
        .hasMessage("arc 0 from node 0 to 3: nodes are 0 to 2");
    assertThatThrownBy(() -> builder.arc(-1, 0, 1, 1)).hasMessageContaining("-1");
  }

  @Test
  void segmentsThatGetCheaperAreRefusedAndAddNothing() {
    assertThatThrownBy(() -> builder.convexArc(0, 1, List.of(new Segment(5, 2), new Segment(5, 1))))
        .hasMessageContaining("is not convex: segment 1 costs 1, the one before 2");
    assertThat(builder.build().arcs()).isZero();
    assertThatThrownBy(() -> new Segment(-1, 2)).hasMessageContaining("-1");
  }

  @Test
  void aChangeLeavesTheNetworkAsItWasAndEachThatItBuilt() {
    builder.supply(0, 3).supply(1, -3);
    int arc = builder.arc(0, 1, 1, 9, 5);
    FlowNetwork first = builder.build();
    FlowNetwork.Change change = first.change().supply(0, 4).cost(arc, 6).bounds(arc, 0, 8);
    FlowNetwork second = change.build();
    FlowNetwork third = change.supply(0, 5).cost(arc, 7).capacity(arc, 7).build();

    assertThat(numbers(first, arc)).containsExactly(3, 1, 9, 5);
    assertThat(numbers(second, arc)).containsExactly(4, 0, 8, 6);
    assertThat(numbers(third, arc)).containsExactly(5, 0, 7, 7);
  }

  @Test
  void aBuilderMayGoOnAfterItBuilt() {
    FlowNetwork first = builder.build();
    builder.supply(0, 4).arc(0, 1, 1, 1);

    assertThat(first.arcs()).isZero();
    assertThat(first.supply(0)).isZero();
    assertThat(builder.build().arcs()).isOne();
  }

  private static long[] numbers(FlowNetwork network, int arc) {
    return new long[] {
      network.supply(0), network.lower(arc), network.capacity(arc), network.cost(arc)
    };
  }
}
