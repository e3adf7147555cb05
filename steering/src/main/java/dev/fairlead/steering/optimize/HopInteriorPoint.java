package dev.fairlead.steering.optimize;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cheapest calls between clusters: a linear program over the call graph, solved by a
 * primal-dual interior point method (Mehrotra, <i>On the implementation of a primal-dual interior
 * point method</i>, 1992).
 *
 * <pre>
 * minimise  Σ cost·calls + Σ slope·piece
 *           calls from a place = demand there + Σ ratio · calls that arrive there    dual: value
 *           Σ work·calls to a pool = Σ of its pieces                                 dual: price
 *           calls ≥ 0,  0 ≤ piece ≤ width
 * </pre>
 *
 * <p>An interior point, not the simplex, since pools that are full make nearly every vertex
 * degenerate, and since of many plans that cost the same it takes the middle one: a small change of
 * the demand does not throw the plan into another corner.
 *
 * <p>What all requests cost at best by any prices, less what the pools earn by these prices, is
 * below the cost of every plan (Lagrange). The difference is the gap.
 */
final class HopInteriorPoint {
  // Never onto the boundary, where there is no next step.
  private static final double STEP = 0.995;
  // A step shorter than this leads nowhere.
  private static final double STUCK = 1e-6;
  // Of the tolerance: where the gap should have closed by the interior point's own account.
  private static final double EXHAUSTED = 1e-3;
  // Of the gap that even flows have; measured, it matters little.
  private static final double START = 0.1;

  private final HopNetwork net;
  private final HopPrices cheapest;
  private final HopCalls calls;
  private final HopPieces pieces;
  private final HopDuals duals;
  private final HopDuals steps;
  private final BlockCholesky system;
  private final double pairs;
  private boolean moves = true;
  private double bound = Double.NEGATIVE_INFINITY;
  private double[] prices;

  HopInteriorPoint(HopNetwork net) {
    this.net = net;
    cheapest = new HopPrices(net);
    calls = new HopCalls(net);
    pieces = new HopPieces(net.pools());
    duals = new HopDuals(net);
    steps = new HopDuals(net);
    prices = new double[net.pools().length];
    system =
        new BlockCholesky((net.classes() + 1) * net.services(), net.clusters(), duals.pattern());
    pairs = calls.count() + 2.0 * pieces.count();
  }

  /**
   * Where the optimum is thought to be: a plan, prices of the pools, and money that they may miss.
   */
  @SuppressWarnings("ArrayRecordComponent") // inside the package only, never compared
  record Near(HopPlan plan, double[] prices, double gap) {}

  /**
   * The flows once their cost is within {@code tolerance} of the bound, a part of what serving
   * costs, or after so many rounds.
   */
  HopFlows solve(@Nullable Near near, double tolerance, int mostRounds) {
    if (near == null) {
      start();
    } else {
      startNear(near);
    }
    HopFlows best = flows(0);
    double served = best.cost() - calls.shedCost();
    int round = 0;
    while (round < mostRounds && moves && !(best.cost() - bound <= tolerance * served)) {
      direct();
      round++;
      look();
      if (cost() < best.cost()) {
        best = flows(round);
        served = best.cost() - calls.shedCost();
      }
      // What is left is rounding, and only grows.
      moves &= product() * pairs > EXHAUSTED * tolerance * served;
    }
    return best.with(prices, round);
  }

  private HopFlows flows(int round) {
    double[][][] flows = new double[net.services()][net.classes()][net.clusters() * net.clusters()];
    double[][][] shed = new double[net.services()][net.classes()][net.clusters()];
    calls.copyTo(flows, shed);
    return new HopFlows(flows, shed, prices, cost(), round);
  }

  /** The mean of all products of what is and its multiplier: 0 at the optimum. */
  private double product() {
    return (calls.complementarity(0, 0) + pieces.complementarity(0, 0)) / pairs;
  }

  /** Even flows, and the prices that follow from the pools' loads by them. */
  private void start() {
    calls.start(null, duals, 1);
    double[] loads = new double[net.pools().length];
    calls.load(loads);
    double[] slopes = new double[loads.length];
    for (int pool = 0; pool < loads.length; pool++) {
      HopPool one = net.pools()[pool];
      slopes[pool] = one == null ? 0 : one.slopeAt(loads[pool]);
    }
    value(slopes);
    center(null, START * (calls.cost() + poolCost(loads) - bound));
  }

  private void startNear(Near near) {
    value(near.prices());
    center(near.plan(), near.gap());
  }

  private void center(@Nullable HopPlan near, double gap) {
    double product = Math.max(gap / pairs, Double.MIN_NORMAL);
    calls.start(near, duals, product);
    pieces.center(prices(), product);
  }

  /** Takes these prices for the pools, and for the places what follows from them. */
  private void value(double[] ofPools) {
    System.arraycopy(ofPools, 0, duals.values, duals.pools(), ofPools.length);
    look();
    for (int service = 0; service < net.services(); service++) {
      for (int k = 0; k < net.classes(); k++) {
        int place = duals.placeOf(service * net.classes() + k);
        for (int cluster = 0; cluster < net.clusters(); cluster++) {
          duals.values[place + cluster] = cheapest.value(service, k, cluster);
        }
      }
    }
  }

  private double[] prices() {
    return Arrays.copyOfRange(duals.values, duals.pools(), duals.values.length);
  }

  /** The bound that follows from the prices. */
  private void look() {
    double[] now = prices();
    cheapest.find(now);
    double least = cheapest.bound(now);
    if (least > bound) {
      bound = least;
      prices = now;
    }
  }

  /** Money per second for the calls and for the loads that they bring. */
  private double cost() {
    double[] loads = new double[net.pools().length];
    calls.load(loads);
    return calls.cost() + poolCost(loads);
  }

  private double poolCost(double[] loads) {
    double cost = 0;
    for (int pool = 0; pool < loads.length; pool++) {
      HopPool one = net.pools()[pool];
      cost += one == null ? 0 : one.cost(loads[pool]);
    }
    return cost;
  }

  /** One step of predictor and corrector. */
  private void direct() {
    double product = product();
    system.clear();
    calls.addTo(system, duals);
    double[] off = new double[duals.values.length];
    calls.addImbalance(duals, off);
    int base = duals.pools();
    for (int pool = 0; pool < net.pools().length; pool++) {
      off[base + pool] -= pieces.load(pool);
    }
    double[] right = off.clone();
    aim(0, false, right);
    stiffen();
    system.factor();
    follow(right);
    double primal = Math.min(1, longestPrimal());
    double dual = Math.min(1, longestDual());
    double reached = calls.complementarity(primal, dual) + pieces.complementarity(primal, dual);
    double ratio = Math.min(1, reached / pairs / product);
    right = off;
    aim(ratio * ratio * ratio * product, true, right);
    follow(right);
    primal = Math.min(1, STEP * longestPrimal());
    dual = Math.min(1, STEP * longestDual());
    // Rounding has the last word; also where it made something that is no number.
    moves = Math.max(primal, dual) > STUCK;
    if (!moves) {
      return;
    }
    calls.step(primal, dual);
    pieces.step(primal, dual);
    for (int i = 0; i < duals.values.length; i++) {
      duals.values[i] += dual * steps.values[i];
    }
  }

  private void aim(double product, boolean corrected, double[] right) {
    double[] atPools = new double[net.pools().length];
    pieces.aim(prices(), product, corrected, atPools);
    for (int pool = 0; pool < atPools.length; pool++) {
      right[duals.pools() + pool] += atPools[pool];
    }
    calls.aim(duals, product, corrected, right);
  }

  /** What is nowhere used stays where it is. */
  private void stiffen() {
    int clusters = net.clusters();
    int places = net.classes() * net.services();
    for (int block = 0; block < places + net.services(); block++) {
      for (int cluster = 0; cluster < clusters; cluster++) {
        double softness = 0;
        if (block >= places) {
          softness = pieces.softness((block - places) * clusters + cluster);
        }
        system.add(block, cluster, block, cluster, softness);
        if (system.isEmpty(block, cluster)) {
          system.add(block, cluster, block, cluster, 1);
        }
      }
    }
  }

  private void follow(double[] right) {
    system.solve(right);
    System.arraycopy(right, 0, steps.values, 0, right.length);
    pieces.follow(Arrays.copyOfRange(steps.values, duals.pools(), steps.values.length));
    calls.follow(steps);
  }

  private double longestPrimal() {
    return Math.min(calls.longestPrimal(), pieces.longestPrimal());
  }

  private double longestDual() {
    return Math.min(calls.longestDual(), pieces.longestDual());
  }
}
