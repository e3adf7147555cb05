package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import dev.fairlead.steering.optimize.Valuation.Objective;
import dev.fairlead.steering.plan.Seeds;
import dev.fairlead.steering.transport.FlowSolution;
import dev.fairlead.steering.transport.NetworkSimplex;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must hold for each of many random situations; {@code -Dseed=} replays one. */
class OptimizerPropertiesTest {
  private static final long SEED = Seeds.base();

  private static Situations.Kind kind(SplittableRandom random, boolean flat) {
    return new Situations.Kind(
        1 + random.nextInt(8), 1 + random.nextInt(4), flat, random.nextInt(3) == 0);
  }

  private static Objective objective(SplittableRandom random) {
    return Objective.values()[random.nextInt(3)];
  }

  @Test
  void limitsHoldToTheUnitAndEveryRequestIsAccountedFor() {
    for (int i = 0; i < 600; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      Situation situation = Situations.random(random, kind(random, random.nextBoolean()));
      Valuation valuation = Valuation.of(objective(random), 1e-4);
      if (random.nextInt(4) == 0) {
        valuation = valuation.withCeiling(20e6 + random.nextDouble() * 200e6);
      }
      Model model = new Model(situation, valuation, Map.of());
      FlowSolution solution = solve(model);
      String which = "-Dseed=" + seed;
      int n = model.sources();
      int m = model.destinations();
      for (int s = 0; s < n; s++) {
        long sum = model.shed(solution, s);
        for (int t = 0; t < m; t++) {
          long flow = model.flow(solution, s, t);
          sum += flow;
          if (model.permits.isOpen(s, t)) {
            assertThat(flow).as(which).isGreaterThanOrEqualTo(model.floors[s][t]);
          } else {
            assertThat(flow).as(which).isZero();
          }
        }
        assertThat(sum).as(which).isEqualTo(model.demand[s]);
      }
      for (int t = 0; t < m; t++) {
        long load = 0;
        for (int s = 0; s < n; s++) {
          load += model.flow(solution, s, t);
        }
        Destination destination = situation.destinations().get(t);
        double room = Math.max(0, destination.capacityRps() - destination.backgroundRps());
        long over = model.overload(solution, t);
        // Overload is dearer than shedding any class, so only what is explored could exceed.
        assertThat(over).as(which).isZero();
        assertThat(load / 1000.0).as(which).isLessThanOrEqualTo(room);
      }
    }
  }

  private static FlowSolution solve(Model model) {
    NetworkSimplex simplex = new NetworkSimplex();
    var network = model.network();
    FlowSolution solution = simplex.solve(network);
    for (int round = 0; round < 48 && model.improve(solution); round++) {
      network = model.changed(network);
      solution = simplex.resolve(network);
    }
    return solution;
  }

  @Test
  void theDerivativePredictsWhatOneMoreUnitOfCapacityChanges() {
    int degenerate = 0;
    int binding = 0;
    for (int i = 0; i < 400; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      Situation situation = Situations.random(random, kind(random, true));
      Valuation valuation = Valuation.of(objective(random), 1e-4).withFloor(0, 0);
      Model model = new Model(situation, valuation, Map.of());
      FlowSolution solution = new NetworkSimplex().solve(model.network());
      int t = random.nextInt(model.destinations());
      Destination destination = situation.destinations().get(t);
      double more =
          Math.max(destination.capacityRps(), destination.backgroundRps()) + 1 / 1000.0 + 1e-7;
      // Capacities in whole thousandths, so that one more is one unit.
      double whole = Math.floor((more - 1 / 1000.0 - destination.backgroundRps()) * 1000);
      if (!destination.usable() || !(whole < 1e9)) {
        continue;
      }
      Situation larger = Situations.withCapacity(situation, t, more);
      Model grown = new Model(larger, valuation, Map.of());
      if (grown.room[t] != model.room[t] + 1) {
        continue;
      }
      BigInteger before = solution.cost();
      BigInteger after = new NetworkSimplex().solve(grown.network()).cost();
      long derivative = solution.capacityDerivative(model.lastSegment(t));
      long dual = solution.capacityDual(model.lastSegment(t));
      assertThat(after.subtract(before))
          .as("-Dseed=" + seed)
          .isEqualTo(BigInteger.valueOf(derivative));
      assertThat(dual).as("-Dseed=" + seed).isLessThanOrEqualTo(derivative);
      binding += derivative < 0 ? 1 : 0;
      degenerate += dual < derivative ? 1 : 0;
    }
    assertThat(binding).isGreaterThan(40);
    assertThat(degenerate).isPositive();
  }

  @Test
  void whatASecondIsWorthNeverRaisesTheLatencyOfAll() {
    for (int i = 0; i < 150; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      Situation situation =
          Situations.random(random, new Situations.Kind(1 + random.nextInt(6), 1, false, false));
      double before = Double.POSITIVE_INFINITY;
      double dollars = 0;
      for (double value : new double[] {1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2}) {
        Valuation valuation = Valuation.of(Objective.MIXED, value).withFloor(0, 0);
        Allocation allocation = Optimizer.solve(situation, valuation);
        Allocation.Terms terms = allocation.terms();
        double system = system(situation, allocation);
        // Loads are found to some thousandths of a percent of their range.
        assertThat(system).as("-Dseed=" + seed).isLessThanOrEqualTo(before * (1 + 1e-5) + 1e-4);
        assertThat(terms.egressDollars())
            .as("-Dseed=" + seed)
            .isGreaterThanOrEqualTo(dollars * (1 - 1e-5) - 1e-9);
        double waiting = 0;
        double onWays = 0;
        for (int t = 0; t < situation.destinations().size(); t++) {
          for (int s = 0; s < situation.sources().size(); s++) {
            waiting += allocation.rps(s, t) * allocation.load(t).latencyNanos() / 1e9;
            onWays += allocation.rps(s, t) * situation.way(s, t).nanos() / 1e9;
          }
        }
        assertThat(terms.waitDollars()).isCloseTo(waiting * value, withinPercentage(1e-6));
        assertThat(terms.wayDollars()).isCloseTo(onWays * value, within(1e-9 * value * system));
        before = system;
        dollars = terms.egressDollars();
      }
    }
  }

  /** Latency of all requests, those of the background included: what is minimised. */
  private static double system(Situation situation, Allocation allocation) {
    double background = 0;
    for (int t = 0; t < situation.destinations().size(); t++) {
      background +=
          situation.destinations().get(t).backgroundRps() * allocation.load(t).latencyNanos() / 1e9;
    }
    return background + allocation.terms().requestSeconds();
  }

  @Test
  void aHigherPriceNeverRaisesWhatGoesThatWay() {
    for (int i = 0; i < 150; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      Situation situation =
          Situations.random(random, new Situations.Kind(2 + random.nextInt(5), 1, false, false));
      int m = situation.destinations().size();
      int dear = random.nextInt(m * m);
      double before = Double.POSITIVE_INFINITY;
      for (double factor : new double[] {0.5, 1, 2, 8, 64}) {
        List<Way> ways = new ArrayList<>(situation.ways());
        Way way = ways.get(dear);
        ways.set(dear, new Way(way.nanos(), way.dollars() * factor, way.forbidden()));
        Situation priced = new Situation(situation.sources(), situation.destinations(), ways);
        Valuation valuation = Valuation.of(Objective.MIXED, 1e-4).withFloor(0, 0);
        double rps = Optimizer.solve(priced, valuation).rps(dear / m, dear % m);
        // Destinations' loads are found to some thousandths of their range.
        assertThat(rps).as("-Dseed=" + seed).isLessThanOrEqualTo(before + 0.1);
        before = rps;
      }
    }
  }

  @Test
  void noSmallMoveFromTheOptimumIsBetter() {
    for (int i = 0; i < 150; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      Situation situation =
          Situations.random(random, new Situations.Kind(2 + random.nextInt(5), 1, false, false));
      Valuation valuation = Valuation.of(Objective.MIXED, 1e-4).withFloor(0, 0);
      Allocation allocation = Optimizer.solve(situation, valuation);
      Allocation warm = Optimizer.solve(situation, valuation, allocation.loads());
      double cost = cost(situation, allocation);
      assertThat(cost(situation, warm))
          .as("-Dseed=" + seed)
          .isCloseTo(cost, within(cost * 1e-6 + 1e-12));
      assertThat(warm.rounds()).isLessThanOrEqualTo(allocation.rounds() + 2);
      int m = situation.destinations().size();
      for (int s = 0; s < m; s++) {
        for (int t = 0; t < m; t++) {
          for (int to = 0; to < m; to++) {
            improves(situation, allocation, s, t, to, seed);
          }
        }
      }
    }
  }

  private static double cost(Situation situation, Allocation allocation) {
    Allocation.Terms terms = allocation.terms();
    return system(situation, allocation) * 1e-4 + terms.egressDollars() + terms.overflowDollars();
  }

  /** Moves half a request a second from one destination to another that has room. */
  private static void improves(
      Situation situation, Allocation allocation, int s, int from, int to, long seed) {
    double step = 0.5;
    Destination receives = situation.destinations().get(to);
    double load = receives.backgroundRps() + allocation.load(to).rps();
    boolean possible =
        from != to
            && allocation.rps(s, from) >= step
            && receives.usable()
            && !situation.way(s, to).forbidden()
            && load + step <= receives.capacityRps();
    if (!possible) {
      return;
    }
    double given = situation.destinations().get(from).backgroundRps() + allocation.load(from).rps();
    double seconds =
        (total(receives, load + step)
                - total(receives, load)
                + total(situation.destinations().get(from), given - step)
                - total(situation.destinations().get(from), given))
            / 1e9;
    double ways =
        step * (situation.way(s, to).nanos() - situation.way(s, from).nanos()) / 1e9 * 1e-4
            + step * (situation.way(s, to).dollars() - situation.way(s, from).dollars());
    assertThat(seconds * 1e-4 + ways).as("-Dseed=" + seed).isGreaterThan(-1e-9);
  }

  private static double total(Destination destination, double load) {
    return load * destination.curve().nanos(load);
  }
}
