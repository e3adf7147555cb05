package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import dev.fairlead.steering.plan.Seeds;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where latency × load is straight between knots it is a linear program: GLOP is the oracle. */
class CallOptimizerExactTest {
  private static final double RATE = 1e-4;

  @BeforeAll
  static void load() {
    try {
      Loader.loadNativeLibraries();
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      Assumptions.abort("skipped: OR-Tools has no native library for this machine: " + e);
    }
  }

  @Test
  void costsWhatTheExactSolverFindsWithinItsGap() {
    double worst = 0;
    for (int round = 0; round < 60; round++) {
      long seed = Seeds.base() + round;
      RandomCalls random =
          new RandomCalls(seed, 2 + round % 4, 1 + round % 3, 1 + round % 7)
              .straight()
              .utilisation(0.3 + 0.1 * (round % 7));
      CallSituation situation = (round % 2 == 0 ? random.alike() : random).situation();
      Valuation valuation = Valuation.of(Valuation.Objective.MIXED, RATE).withFloor(0, 0);
      CallAllocation.Certificate ours = CallOptimizer.solve(situation, valuation).certificate();
      double exact = exact(situation);
      String at = "seed " + seed;
      assertThat(ours.cost()).as(at).isBetween(exact * (1 - 1e-9), exact * (1 + 1e-3));
      assertThat(ours.bound()).as(at).isLessThanOrEqualTo(exact * (1 + 1e-9));
      assertThat(ours.gap()).as(at).isBetween(0.0, 1e-3);
      worst = Math.max(worst, ours.cost() / exact - 1);
    }
    System.out.printf("multi-hop beside GLOP: at worst %.4f %% dearer in 60 cases%n", worst * 100);
  }

  /** The linear program, written down once more from the situation itself. */
  private static double exact(CallSituation situation) {
    MPSolver solver = MPSolver.createSolver("GLOP");
    MPObjective objective = solver.objective();
    Map<String, MPConstraint> places = new HashMap<>();
    Map<ServiceName, double[]> totals = new HashMap<>();
    for (ServiceName service : situation.graph().services()) {
      for (int k : situation.classes()) {
        for (String cluster : situation.clusters()) {
          places.put(service + cluster + k, solver.makeConstraint(0, 0));
        }
      }
      totals.put(service, new double[situation.classes().size()]);
    }
    for (CallSituation.Ingress one : situation.ingress()) {
      MPConstraint place = places.get(one.service() + one.cluster() + one.trafficClass());
      place.setBounds(place.lb() + one.rps(), place.ub() + one.rps());
      totals.get(one.service())[one.trafficClass()] += one.rps();
    }
    for (ServiceName service : situation.graph().services()) {
      CallSituation.Tier tier = situation.tiers().get(service);
      double requests = 0;
      double work = 0;
      for (int k : situation.classes()) {
        requests += totals.get(service)[k];
        work += totals.get(service)[k] * tier.work().get(k);
        for (CallGraph.Call call : situation.graph().callsOf(service)) {
          totals.get(call.callee())[k] += totals.get(service)[k] * call.ratio(k);
        }
      }
      for (Destination pool : tier.pools()) {
        MPConstraint load = solver.makeConstraint(0, 0);
        pieces(solver, load, pool, RATE * requests / work);
        for (int k : situation.classes()) {
          for (String from : situation.clusters()) {
            Way way = tier.ways().between(from, pool.name(), k);
            MPVariable calls = solver.makeNumVar(0, Double.POSITIVE_INFINITY, "");
            objective.setCoefficient(calls, RATE * way.nanos() / 1e9 + way.dollars());
            load.setCoefficient(calls, tier.work().get(k));
            places.get(service + from + k).setCoefficient(calls, 1);
            for (CallGraph.Call call : situation.graph().callsOf(service)) {
              places.get(call.callee() + pool.name() + k).setCoefficient(calls, -call.ratio(k));
            }
          }
        }
      }
    }
    objective.setMinimization();
    assertThat(solver.solve()).isEqualTo(MPSolver.ResultStatus.OPTIMAL);
    return objective.value();
  }

  /** As {@link RandomCalls#straight}. */
  private static void pieces(MPSolver solver, MPConstraint load, Destination pool, double rate) {
    double idle = pool.curve().nanos(0) / 1e9;
    double[] parts = {0.5, 0.375, 0.125};
    double[] slopes = {1, 3, 10};
    for (int i = 0; i < parts.length; i++) {
      MPVariable piece = solver.makeNumVar(0, parts[i] * pool.capacityRps(), "");
      solver.objective().setCoefficient(piece, rate * idle * slopes[i]);
      load.setCoefficient(piece, -1);
    }
  }
}
