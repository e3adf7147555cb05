package dev.fairlead.steering.transport;

import static dev.fairlead.steering.transport.FlowNetwork.UNBOUNDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.steering.transport.FlowNetwork.Segment;
import dev.fairlead.steering.transport.FlowSolution.Status;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkSimplexTest {
  private final NetworkSimplex simplex = new NetworkSimplex();

  /** Powerco, in Winston, Operations Research: three plants, four cities, 1020 at best. */
  @Test
  void aTextbookTransportProblem() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(7);
    builder.supply(0, 35).supply(1, 50).supply(2, 40);
    builder.supply(3, -45).supply(4, -20).supply(5, -30).supply(6, -30);
    long[][] costs = {{8, 6, 10, 9}, {9, 12, 13, 7}, {14, 9, 16, 5}};
    for (int plant = 0; plant < 3; plant++) {
      for (int city = 0; city < 4; city++) {
        builder.arc(plant, 3 + city, UNBOUNDED, costs[plant][city]);
      }
    }

    assertThat(simplex.solve(builder.build()).cost()).isEqualTo(1020);
  }

  @Test
  void nothingAtAll() {
    assertThat(simplex.solve(new FlowNetwork.Builder(0).build()).cost()).isZero();
    assertThat(simplex.solve(new FlowNetwork.Builder(5).build()).cost()).isZero();
  }

  @Test
  void segmentsOfAConvexArcFillInOrder() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2);
    builder.supply(0, 12).supply(1, -12);
    int arc =
        builder.convexArc(
            0,
            1,
            List.of(
                new Segment(5, 1),
                new Segment(5, 1),
                new Segment(9, 7),
                new Segment(UNBOUNDED, 8)));
    FlowSolution solution = simplex.solve(builder.build());

    assertThat(solution.flow(arc) + solution.flow(arc + 1)).isEqualTo(10);
    assertThat(solution.flow(arc + 2)).isEqualTo(2);
    assertThat(solution.flow(arc + 3)).isZero();
  }

  @Test
  void lowerBoundsAreHeldAgainstTheCost() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2);
    builder.supply(0, 10).supply(1, -10);
    int dear = builder.arc(0, 1, 3, UNBOUNDED, 100);
    int cheap = builder.arc(0, 1, UNBOUNDED, 1);
    FlowSolution solution = simplex.solve(builder.build());

    assertThat(solution.flow(dear)).isEqualTo(3);
    assertThat(solution.flow(cheap)).isEqualTo(7);
  }

  @Test
  void aLoopOfNegativeCostIsFilled() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(1);
    builder.arc(0, 0, 7, -3);
    assertThat(simplex.solve(builder.build()).cost()).isEqualTo(-21);
  }

  @Test
  void aCostBeyondALongIsExact() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2);
    builder.supply(0, 3_000_000_000_001L).supply(1, -3_000_000_000_001L);
    builder.arc(0, 1, 1_000_000_000_000L, 1_000_000_007);
    builder.arc(0, 1, UNBOUNDED, 1_000_000_009);

    assertThat(simplex.solve(builder.build()).cost())
        .isEqualTo(
            new BigInteger("1000000007000000000000").add(new BigInteger("2000000018001000000009")));
  }

  @Test
  void unboundedCostsAreToldFromInfeasibleOnes() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(3);
    builder.arc(0, 1, UNBOUNDED, -2);
    builder.arc(1, 0, UNBOUNDED, 1);
    FlowNetwork unbounded = builder.build();

    assertThat(simplex.solve(unbounded).status()).isEqualTo(Status.UNBOUNDED);
    FlowNetwork both = unbounded.change().supply(0, 1).supply(2, -1).build();
    assertThat(simplex.solve(both).status()).isEqualTo(Status.INFEASIBLE);
  }

  @Test
  void aShortageNamesTheArcsAndNodesThatMakeIt() {
    // Two sources reach a destination, whose way to the sink is narrow; a third one has its own.
    FlowNetwork.Builder builder = new FlowNetwork.Builder(6);
    builder.supply(0, 10).supply(1, 10).supply(2, 10).supply(5, -30);
    int toFull = builder.arc(0, 3, UNBOUNDED, 1);
    builder.arc(1, 3, UNBOUNDED, 1);
    builder.arc(2, 4, UNBOUNDED, 1);
    int narrow = builder.arc(3, 5, 12, 1);
    int wide = builder.arc(4, 5, 1000, 1);
    FlowSolution solution = simplex.solve(builder.build());

    assertThat(solution.status()).isEqualTo(Status.INFEASIBLE);
    Shortage shortage = solution.shortage();
    assertThat(shortage.stuckUnits()).isEqualTo(8);
    assertThat(shortage.full(narrow)).isTrue();
    assertThat(shortage.full(wide)).isFalse();
    assertThat(shortage.full(toFull)).isFalse();
    assertThat(shortage.stuck(0) && shortage.stuck(1) && shortage.stuck(3)).isTrue();
    assertThat(shortage.stuck(2) || shortage.stuck(4) || shortage.stuck(5)).isFalse();
    assertThatThrownBy(() -> solution.flow(narrow)).hasMessageContaining("INFEASIBLE");
  }

  @Test
  void aLowerBoundThatForcesTooMuchIsNamed() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(3);
    builder.supply(0, 5).supply(2, -5);
    int forced = builder.arc(0, 1, 4, UNBOUNDED, 1);
    int narrow = builder.arc(1, 2, 3, 1);
    builder.arc(0, 2, UNBOUNDED, 1);
    Shortage shortage = simplex.solve(builder.build()).shortage();

    assertThat(shortage.stuckUnits()).isEqualTo(1);
    assertThat(shortage.forced(forced)).isTrue();
    assertThat(shortage.full(narrow)).isTrue();
  }

  @Test
  void moreSupplyThanDemandIsInfeasibleEverywhereAndNotHereOrThere() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2);
    builder.supply(0, 7).supply(1, -4);
    builder.arc(0, 1, UNBOUNDED, 1);
    Shortage shortage = simplex.solve(builder.build()).shortage();

    assertThat(shortage.stuckUnits()).isEqualTo(3);
    assertThat(shortage.starvedUnits()).isZero();
    assertThat(shortage.stuck(0) && shortage.stuck(1)).isTrue();
  }

  @Test
  void aFullyDegenerateAssignmentEnds() {
    int n = 120;
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2 * n);
    for (int i = 0; i < n; i++) {
      builder.supply(i, 1).supply(n + i, -1);
      for (int j = 0; j < n; j++) {
        builder.arc(i, n + j, 1, (i * j) % 7);
      }
    }
    FlowSolution solution = simplex.solve(builder.build());

    Certificate.check(solution, "assignment");
    assertThat(solution.cost())
        .isEqualTo(ShortestPaths.leastCost(solution.network()).orElseThrow());
  }

  @Test
  void aChainOfTenThousandNodesIsNoDepthOfTheStack() {
    int n = 10_000;
    FlowNetwork.Builder builder = new FlowNetwork.Builder(n);
    builder.supply(0, 5).supply(n - 1, -5);
    for (int node = n - 2; node >= 0; node--) {
      builder.arc(node, node + 1, 9, 2);
    }
    FlowSolution solution = simplex.solve(builder.build());

    assertThat(solution.cost()).isEqualTo(10L * (n - 1));
    assertThat(solution.marginalCost(0, n - 1)).hasValue(2L * (n - 1));
  }

  @Test
  void theSameNetworkGivesTheSameFlows() {
    FlowSolution first = simplex.solve(Cases.dense(Seeds.random(Seeds.base()), 80));
    FlowSolution second = new NetworkSimplex().solve(Cases.dense(Seeds.random(Seeds.base()), 80));

    assertThat(second.pivots()).isEqualTo(first.pivots());
    for (int arc = 0; arc < first.network().arcs(); arc++) {
      assertThat(second.flow(arc)).isEqualTo(first.flow(arc));
      assertThat(second.reducedCost(arc)).isEqualTo(first.reducedCost(arc));
    }
  }

  @Test
  void flowsThatExceedALongAreRefusedAndNotWrong() {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2);
    for (int i = 0; i < 8; i++) {
      builder.arc(0, 1, FlowNetwork.LARGEST, -1);
    }
    builder.arc(1, 0, UNBOUNDED, 0);
    FlowNetwork network = builder.build();

    assertThatThrownBy(() -> simplex.solve(network)).isInstanceOf(ArithmeticException.class);
  }
}
