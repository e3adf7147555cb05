package dev.fairlead.steering.optimize;

import dev.fairlead.steering.transport.FlowSolution;
import java.util.ArrayList;
import java.util.List;

/** An optimal flow read back in the operator's units. */
final class Reading {
  private final Model model;
  private final FlowSolution solution;
  private final Situation situation;
  private final int rounds;
  private final int n;
  private final int m;
  private final double[][] shares;
  private final double[] shed;

  Reading(Model model, FlowSolution solution, int rounds) {
    this.model = model;
    this.solution = solution;
    this.rounds = rounds;
    situation = model.situation;
    n = model.sources();
    m = model.destinations();
    shares = new double[n][m];
    shed = new double[n];
  }

  Allocation allocation() {
    boolean feasible = true;
    for (int s = 0; s < n; s++) {
      double demand = model.demand[s];
      for (int t = 0; t < m; t++) {
        shares[s][t] = model.flow(solution, s, t) / demand;
      }
      shed[s] = model.shed(solution, s) / demand;
      if (model.permits.open(s) == 0) {
        feasible = false;
        greedy(s);
      }
    }
    Allocation.Load[] loads = new Allocation.Load[m];
    List<ShadowPrice> prices = new ArrayList<>();
    for (int t = 0; t < m; t++) {
      loads[t] = load(t);
      prices.add(shadowPrice(t));
    }
    return new Allocation(
        feasible ? Allocation.Status.OPTIMAL : Allocation.Status.INFEASIBLE,
        situation,
        shares,
        shed,
        loads,
        terms(loads),
        prices,
        new Bindings(model, solution, prices, shed).all(),
        rounds);
  }

  /** All to the nearest that residency allows, whatever the ceiling says; else it stays shed. */
  private void greedy(int s) {
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int t = 0; t < m; t++) {
      Permits.Permit permit = model.permits.of(s, t);
      double nanos = situation.way(s, t).nanos() + model.waits[t].seconds(0) * 1e9;
      boolean allowed = permit == Permits.Permit.TOO_FAR || permit == Permits.Permit.CROWDED_OUT;
      if (allowed && nanos < least) {
        least = nanos;
        nearest = t;
      }
    }
    if (nearest >= 0) {
      shares[s][nearest] = 1;
      shed[s] = 0;
    }
  }

  private Allocation.Load load(int t) {
    double rps = 0;
    for (int s = 0; s < n; s++) {
      Situation.Source source = situation.sources().get(s);
      rps += shares[s][t] * source.rps() * source.workPerRequest();
    }
    long units = Math.round(rps * Model.UNITS_PER_RPS);
    long next = units + (long) Model.UNITS_PER_RPS;
    double over = model.overload(solution, t) / Model.UNITS_PER_RPS;
    return new Allocation.Load(
        rps, over, model.waits[t].seconds(units) * 1e9, model.waits[t].marginal(units, next) * 1e9);
  }

  private Allocation.Terms terms(Allocation.Load[] loads) {
    double seconds = 0;
    double waiting = 0;
    double egress = 0;
    double overflow = 0;
    for (int s = 0; s < n; s++) {
      Situation.Source source = situation.sources().get(s);
      for (int t = 0; t < m; t++) {
        double rps = shares[s][t] * source.rps();
        Situation.Way way = situation.way(s, t);
        seconds += rps * (way.nanos() + loads[t].latencyNanos()) / 1e9;
        waiting += rps * loads[t].latencyNanos() / 1e9;
        egress += rps * way.dollars();
      }
      overflow += shed[s] * source.rps() * model.valuation.shedDollars(source.trafficClass());
    }
    for (Allocation.Load load : loads) {
      overflow += load.overRps() * model.valuation.overloadDollars();
    }
    double dollars = model.valuation.dollarsPerRequestSecond();
    return new Allocation.Terms(seconds, seconds * dollars, waiting * dollars, egress, overflow);
  }

  private ShadowPrice shadowPrice(int t) {
    int arc = model.lastSegment(t);
    if (!situation.destinations().get(t).usable()) {
      return ShadowPrice.NONE;
    }
    return new ShadowPrice(
        model.saving(solution.capacityDerivative(arc)), model.saving(solution.capacityDual(arc)));
  }
}
