package dev.fairlead.steering.optimize;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the calls of all services of a call graph are served best together, so that a request
 * does not go to a near frontend whose database is far (semantics §4).
 *
 * <p>What arrives at a service in a cluster, times the ratio of its calls, is asked from that
 * cluster of each callee; each hop costs its way's time and bytes, each pool a time that grows with
 * its load. Linear in the calls and convex in the loads, so there is one optimum: found by an
 * interior point with the pools' costs straight between knots, whose knots are then put closer
 * around the loads that it found. One service that calls nobody is what {@link Optimizer} solves.
 *
 * <p>The gap is a certificate: by the pools' prices no plan at all could be cheaper than what this
 * one costs less the gap, with the latency curves as they are, not as they were taken between
 * knots.
 *
 * <p>Where classes weigh differently, a pool's unit of work is taken to hold as many requests as
 * one of the whole service does.
 */
public final class CallOptimizer {
  // Of what the plan costs without what it sheds: loads are then found to some tenths of a percent,
  // since the cost hardly changes around its least.
  private static final double GAP = 1e-5;
  // Of the room: knots around the loads of the pass before, then so many times closer.
  private static final double FINE = 1.0 / 512;
  private static final int FINER = 12;
  private static final int MOST_PASSES = 4;
  // Thirty are usual; a hundred without an end are rounding's fault, and the gap tells.
  private static final int MOST_ROUNDS = 100;
  private static final double FIRST = 1e-2;
  private static final double TOLERANCE = 5e-6;
  // Of what serving costs: how near a plan is taken to be that was found for wider knots or another
  // demand. Any nearer, and the interior point starts so close to the boundary that it takes more
  // rounds.
  private static final double NEAR = 0.3;
  // Of all that it costs, what it sheds included.
  private static final double LEAST = 1e-4;
  // Of the room: where the slope at its end is taken.
  private static final double END = 1e-4;

  private final HopModel model;
  private final HopPool.Exact[] waits;
  private final double[] fullSlopes;
  private final HopShedding shedding;
  private final double[][][] ways;
  private double bound = Double.NEGATIVE_INFINITY;
  private double[] prices = {};
  private int rounds;

  private CallOptimizer(CallSituation situation, Valuation valuation, double turnaround) {
    model = new HopModel(situation, valuation, turnaround);
    int pools = model.pools.length;
    waits = new HopPool.Exact[pools];
    fullSlopes = new double[pools];
    for (int pool = 0; pool < pools; pool++) {
      waits[pool] = model.wait(pool);
      double room = model.room[pool];
      if (room > 0) {
        double before = waits[pool].cost(room * (1 - END));
        fullSlopes[pool] = Math.max(0, (waits[pool].cost(room) - before) / (END * room));
      }
    }
    shedding = new HopShedding(model, fullSlopes);
    ways = new double[model.services][model.classes][model.clusters * model.clusters];
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        for (int way = 0; way < ways[service][k].length; way++) {
          ways[service][k][way] = model.wayCost(service, k, way);
        }
      }
    }
  }

  public static CallAllocation solve(CallSituation situation, Valuation valuation) {
    return solve(situation, valuation, 0);
  }

  /**
   * Never fails for want of a feasible answer: what cannot be served is reported as shed, the
   * lowest class first.
   *
   * @param turnaround dollars for a second of a whole tree's time, beside the valuation's for each
   *     hop's; in [0, 10³]
   */
  public static CallAllocation solve(
      CallSituation situation, Valuation valuation, double turnaround) {
    check(turnaround);
    return new CallOptimizer(situation, valuation, turnaround).solve(Optional.empty());
  }

  /**
   * As {@link #solve(CallSituation, Valuation, double)}, in about half of the time where little has
   * changed.
   *
   * @param near what was found for a similar situation; it only helps if it has the same services,
   *     clusters and classes
   */
  public static CallAllocation solve(
      CallSituation situation, Valuation valuation, double turnaround, CallAllocation near) {
    check(turnaround);
    return new CallOptimizer(situation, valuation, turnaround).solve(Optional.of(near));
  }

  private static void check(double turnaround) {
    if (!(turnaround >= 0 && turnaround <= 1e3)) {
      throw new IllegalArgumentException(
          "value of a second of turnaround of " + turnaround + " is not in [0, 1000] $");
    }
  }

  /** One pass's plan, with the network that it was found in. */
  record Pass(HopNetwork net, HopPlan plan, double cost) {}

  /** The best plan before exploring, as the solver sees it. */
  static Pass best(CallSituation situation, Valuation valuation, double turnaround) {
    return new CallOptimizer(situation, valuation, turnaround).best(null);
  }

  private CallAllocation solve(Optional<CallAllocation> near) {
    Pass best = best(near.map(this::like).orElse(null));
    CallAllocation.Certificate certificate =
        new CallAllocation.Certificate(
            best.cost(), best.plan().shedCost(best.net()), bound, rounds);
    HopBindings bindings = new HopBindings(model, best.plan(), best.net(), prices, fullSlopes);
    HopPrices cheapest = new HopPrices(best.net());
    cheapest.find(prices);
    HopPlan explored = HopFloors.explored(model, best.plan().settled(model, cheapest));
    return new CallAllocation(model, explored, prices, certificate, bindings.all());
  }

  /** A plan found for another situation as if it had been found for this; null if unlike. */
  private @Nullable Pass like(CallAllocation other) {
    CallSituation its = other.situation();
    CallSituation ours = model.situation;
    boolean alike =
        its.graph().services().equals(ours.graph().services())
            && its.clusters().equals(ours.clusters())
            && its.classes().equals(ours.classes());
    if (!alike) {
      return null;
    }
    HopPlan plan = HopPlan.followed(model, other.plan().shares(), other.plan().shedShares());
    HopNetwork net = network(plan.loads(), FINE);
    double cost = plan.cost(net);
    prices = other.prices();
    // Infinite where it went to somebody who is not there any more.
    return cost < Double.POSITIVE_INFINITY ? new Pass(net, plan, cost) : null;
  }

  private Pass best(@Nullable Pass near) {
    Pass best = near == null ? pass(null, FINE, FIRST) : pass(near, FINE, TOLERANCE);
    double fine = FINE;
    double gap = Double.POSITIVE_INFINITY;
    for (int i = 1; i < MOST_PASSES && !isGood(best) && best.cost() - bound < gap; i++) {
      // Only what at least halves it is worth another pass.
      gap = (best.cost() - bound) / 2;
      Pass next = pass(best, fine, TOLERANCE);
      best = next.cost() <= best.cost() ? next : best;
      fine /= FINER;
    }
    return best;
  }

  private boolean isGood(Pass pass) {
    return pass.cost() - bound <= GAP * (pass.cost() - pass.plan().shedCost(pass.net()));
  }

  private Pass pass(@Nullable Pass before, double fine, double tolerance) {
    HopNetwork net = network(before == null ? null : before.plan().loads(), fine);
    HopInteriorPoint.Near near = null;
    if (before != null) {
      double served = before.cost() - before.plan().shedCost(before.net());
      near =
          new HopInteriorPoint.Near(before.plan(), prices, NEAR * served + LEAST * before.cost());
    }
    HopFlows flows = new HopInteriorPoint(net).solve(near, tolerance, MOST_ROUNDS);
    rounds += flows.rounds();
    HopPrices cheapest = new HopPrices(net);
    cheapest.find(flows.prices());
    double below = cheapest.exactBound(flows.prices());
    if (below > bound || bound == Double.NEGATIVE_INFINITY) {
      bound = below;
      prices = flows.prices();
    }
    HopPlan plan = HopPlan.of(model, flows, cheapest);
    return new Pass(net, plan, plan.cost(net));
  }

  private HopNetwork network(double @Nullable [] near, double fine) {
    HopPool[] pools = new HopPool[model.pools.length];
    for (int pool = 0; pool < pools.length; pool++) {
      if (model.pools[pool] != null) {
        double room = model.room[pool];
        // Beyond all that can come, so that it never binds.
        double most = 2 * model.mostWork(pool / model.clusters) + 1;
        double over = fullSlopes[pool] + shedding.over;
        pools[pool] =
            near == null
                ? HopGrid.even(room, waits[pool], over, most)
                : HopGrid.around(near[pool], fine, room, waits[pool], over, most);
      }
    }
    return new HopNetwork(
        model.services,
        model.clusters,
        model.classes,
        model.callees,
        model.ratios,
        ways,
        model.work,
        pools,
        shedding.shed,
        model.demand);
  }
}
