package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import dev.fairlead.steering.optimize.Valuation.Objective;
import dev.fairlead.steering.plan.Seeds;
import dev.fairlead.steering.transport.FlowNetwork;
import dev.fairlead.steering.transport.FlowSolution;
import dev.fairlead.steering.transport.NetworkSimplex;
import dev.fairlead.steering.transport.OrTools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The optimiser beside OR-Tools on random situations; {@code -Dseed=} replays one. */
class OracleTest {
  private static final long SEED = Seeds.base();

  // OR-Tools scales costs up and says of what then overflows that it is infeasible.
  private static final int ORACLE_BITS = 48;

  @BeforeAll
  static void loaded() {
    OrTools.assumeLoaded();
  }

  @Test
  void eachRoundIsSolvedExactly() {
    for (int i = 0; i < 1000; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      // Now and then a large one: 60 clusters with 4 classes each.
      boolean large = i % 500 == 499;
      Situations.Kind kind =
          large
              ? new Situations.Kind(60, 4, false, true)
              : new Situations.Kind(
                  1 + random.nextInt(8),
                  1 + random.nextInt(4),
                  random.nextBoolean(),
                  random.nextInt(3) == 0);
      Situation situation = Situations.random(random, kind);
      Valuation valuation =
          Valuation.of(Objective.values()[random.nextInt(3)], 1e-4)
              .withCeiling(random.nextInt(4) == 0 ? 5e7 : Double.POSITIVE_INFINITY);
      Model model = new Model(situation, valuation, Map.of(), ORACLE_BITS);
      NetworkSimplex simplex = new NetworkSimplex();
      FlowNetwork network = model.network();
      FlowSolution solution = simplex.solve(network);
      for (int round = 0; round < 48; round++) {
        assertThat(OrTools.leastCost(network)).as("-Dseed=" + seed).contains(solution.cost());
        if (large || !model.improve(solution)) {
          break;
        }
        network = model.changed(network);
        solution = simplex.resolve(network);
      }
    }
  }

  /**
   * The same problem written anew, from the situation and in real numbers, as a linear program:
   * what is turned away first, then the first criterion.
   */
  @Test
  void theLinearProgramOfTheSituationHasTheSameOptimum() {
    int shed = 0;
    for (int i = 0; i < 500; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      Situations.Kind kind =
          new Situations.Kind(1 + random.nextInt(10), 1 + random.nextInt(3), true, false);
      Situation situation = Situations.random(random, kind);
      Objective objective = Objective.values()[random.nextInt(3)];
      Valuation valuation = Valuation.of(objective, 1e-4).withFloor(0, 0);
      Allocation allocation = Optimizer.solve(situation, valuation);
      Program program = new Program(situation, valuation);
      String which = "-Dseed=" + seed + " " + objective;

      ToDoubleFunction<Flow> criterion =
          flow ->
              switch (objective) {
                case COST -> flow.dollars(situation);
                case PERFORMANCE -> flow.seconds(situation);
                case MIXED -> 1e-4 * flow.seconds(situation) + flow.dollars(situation);
              };
      IntToDoubleFunction price =
          s -> valuation.shedDollars(situation.sources().get(s).trafficClass());
      program.minimise(criterion, price);
      double turnedAway = program.sum(flow -> 0, price);
      assertThat(allocation.terms().overflowDollars())
          .as(which)
          .isCloseTo(turnedAway, within(1e-4 + 1e-6 * turnedAway));
      Allocation.Terms terms = allocation.terms();
      double first =
          switch (objective) {
            case COST -> terms.egressDollars();
            case PERFORMANCE -> terms.requestSeconds();
            case MIXED -> terms.latencyDollars() + terms.egressDollars();
          };
      double least = program.sum(criterion, s -> 0);
      // Demands are rounded to thousandths of a request a second.
      double rounding = 1e-3 * situation.sources().size() * program.largest(criterion);
      assertThat(first).as(which).isCloseTo(least, within(rounding + 1e-6 * least));
      shed += turnedAway > 0 ? 1 : 0;
    }
    assertThat(shed).isBetween(100, 450);
  }

  private record Flow(int source, int destination) {
    double seconds(Situation situation) {
      Situation.Destination to = situation.destinations().get(destination);
      return (situation.way(source, destination).nanos() + to.curve().nanos(0)) / 1e9;
    }

    double dollars(Situation situation) {
      return situation.way(source, destination).dollars();
    }
  }

  /** Flows of a situation whose latencies do not grow, as a linear program. */
  private static final class Program {
    private final MPSolver solver = MPSolver.createSolver("GLOP");
    private final List<Flow> flows = new ArrayList<>();
    private final List<MPVariable> variables = new ArrayList<>();
    private final List<MPVariable> shed = new ArrayList<>();

    Program(Situation situation, Valuation valuation) {
      int n = situation.sources().size();
      int m = situation.destinations().size();
      List<MPConstraint> rooms = new ArrayList<>();
      for (int t = 0; t < m; t++) {
        Situation.Destination to = situation.destinations().get(t);
        double room = Math.max(0, to.capacityRps() - to.backgroundRps());
        rooms.add(solver.makeConstraint(0, Math.min(room, 1e9), "room" + t));
      }
      for (int s = 0; s < n; s++) {
        double rps = situation.sources().get(s).rps();
        MPConstraint all = solver.makeConstraint(rps, rps, "all" + s);
        for (int t = 0; t < m; t++) {
          if (situation.destinations().get(t).usable() && !situation.way(s, t).forbidden()) {
            MPVariable variable = solver.makeNumVar(0, 1e9, "n" + s + "_" + t);
            all.setCoefficient(variable, 1);
            rooms.get(t).setCoefficient(variable, 1);
            flows.add(new Flow(s, t));
            variables.add(variable);
          }
        }
        MPVariable away = solver.makeNumVar(0, 1e9, "shed" + s);
        all.setCoefficient(away, 1);
        shed.add(away);
      }
      assertThat(valuation.ceilingNanos()).isInfinite();
    }

    /**
     * The least sum, where what is turned away weighs more than any path of prices. All is scaled
     * to be about 1: GLOP's tolerances are absolute.
     */
    void minimise(ToDoubleFunction<Flow> price, IntToDoubleFunction away) {
      double scale = 1 / Math.max(1e-12, largest(price));
      double dominance = 3 * (2.0 * shed.size() + 2) / 1e-3;
      MPObjective goal = solver.objective();
      goal.setMinimization();
      for (int i = 0; i < flows.size(); i++) {
        goal.setCoefficient(variables.get(i), scale * price.applyAsDouble(flows.get(i)));
      }
      for (int s = 0; s < shed.size(); s++) {
        goal.setCoefficient(shed.get(s), dominance * away.applyAsDouble(s));
      }
      solver.setTimeLimit(20_000);
      assertThat(solver.solve()).isEqualTo(MPSolver.ResultStatus.OPTIMAL);
    }

    double largest(ToDoubleFunction<Flow> price) {
      return flows.stream().mapToDouble(price).max().orElse(0);
    }

    double sum(ToDoubleFunction<Flow> price, IntToDoubleFunction away) {
      double sum = 0;
      for (int i = 0; i < flows.size(); i++) {
        sum += price.applyAsDouble(flows.get(i)) * variables.get(i).solutionValue();
      }
      for (int s = 0; s < shed.size(); s++) {
        sum += away.applyAsDouble(s) * shed.get(s).solutionValue();
      }
      return sum;
    }
  }
}
