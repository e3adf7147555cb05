package dev.fairlead.steering.optimize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The cheapest mixture of trees of calls: a linear program with a variable for each tree, solved by
 * a primal-dual interior point method (Mehrotra, <i>On the implementation of a primal-dual interior
 * point method</i>, 1992) which gets the trees that are worth having while it goes (column
 * generation: Dantzig and Wolfe, 1960; with interior points: Gondzio, González-Brevis and Munari,
 * <i>New developments in the primal-dual column generation technique</i>, 2013).
 *
 * <pre>
 * minimise  Σ cost·flow + Σ slope·piece
 *           Σ flow of a demand's trees = the demand                       dual: worth
 *           Σ load·flow over all trees = Σ pieces, at each pool           dual: price
 *           flow ≥ 0,  0 ≤ piece ≤ width
 * </pre>
 *
 * <p>An interior point, not the simplex, since pools that are full make nearly every vertex
 * degenerate, and since of many plans that cost the same it takes the middle one: a small change of
 * the demand does not throw the plan into another corner.
 *
 * <p>All may be shed, so flows that fit always exist, and every step keeps to such: their cost is
 * always true. What the cheapest trees cost at any prices, less what the pools earn by these
 * prices, is below the cost of every plan (Lagrange). The difference is the gap.
 */
final class HopInteriorPoint {
  // Never onto the boundary, where there is no next step.
  private static final double STEP = 0.995;
  // What a demand gives to a new tree, at most.
  private static final double NEWCOMER = 0.1;
  // Of what is left of a pool, what all new trees together take at most.
  private static final double ROOM = 0.25;

  private final HopNetwork net;
  private final HopPrices cheapest;
  private final List<HopDemand> demands = new ArrayList<>();
  private final HopPieces pieces;
  private final double[] prices;
  private final double[] priceSteps;
  private final Cholesky system;
  private double bound = Double.NEGATIVE_INFINITY;
  private double[] boundPrices;
  private int trees;

  HopInteriorPoint(HopNetwork net) {
    this.net = net;
    cheapest = new HopPrices(net);
    pieces = new HopPieces(net.pools());
    int n = net.pools().length;
    prices = new double[n];
    priceSteps = new double[n];
    boundPrices = new double[n];
    system = new Cholesky(n);
    for (int root = 0; root < net.services(); root++) {
      for (int k = 0; k < net.classes(); k++) {
        for (int cluster = 0; cluster < net.clusters(); cluster++) {
          double rps = net.demand()[root][k][cluster];
          if (rps > 0) {
            HopTree shed = cheapest.shed(root, k, cluster);
            demands.add(new HopDemand(root, k, cluster, rps, shed));
          }
        }
      }
    }
  }

  /**
   * The flows once their cost is within {@code tolerance}, a ratio, of the bound, or after so many
   * rounds.
   */
  HopFlows solve(double tolerance, int mostRounds) {
    start();
    int round = 0;
    double cost = cost();
    while (round < mostRounds && !(cost - bound <= tolerance * Math.abs(cost))) {
      double product = newcomers();
      direct(product);
      round++;
      cost = cost();
      look();
    }
    return new HopFlows(flows(), shed(), boundPrices, cost, bound, round, trees);
  }

  /** First trees at prices of pools from empty to full, and flows that fit. */
  private void start() {
    for (double full : new double[] {0, 0.5, 0.9, 1}) {
      for (int pool = 0; pool < prices.length; pool++) {
        HopPool one = net.pools()[pool];
        if (one != null) {
          prices[pool] = one.slopeAt(full * one.capacity());
        }
      }
      look();
      for (HopDemand demand : demands) {
        HopTree tree = cheapest.tree(demand.root, demand.k, demand.cluster);
        if (!demand.has(tree)) {
          demand.trees.add(tree);
        }
      }
    }
    double[] wished = new double[prices.length];
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        tree.flow = demand.rps / demand.trees.size();
        tree.addLoad(tree.flow, wished);
      }
    }
    for (HopDemand demand : demands) {
      admit(demand, wished);
    }
    double[] loads = new double[prices.length];
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        tree.addLoad(tree.flow, loads);
      }
    }
    for (int pool = 0; pool < loads.length; pool++) {
      if (net.pools()[pool] != null) {
        // An empty pool has pieces that are not quite empty; its row tells, and a step mends it.
        pieces.add(pool, Math.max(loads[pool], 1e-3 * pieces.room(pool)));
      }
    }
    look();
    double pairs = pairs();
    double product = Math.max((cost() - bound) / pairs, Double.MIN_NORMAL);
    pieces.center(prices, product);
    for (HopDemand demand : demands) {
      demand.worth = cheapest.value(demand.root, demand.k, demand.cluster);
      for (HopTree tree : demand.trees) {
        tree.slack =
            Math.max(tree.costAt(prices) - demand.worth, 0) + product / tree.flow;
      }
    }
  }

  /** Cuts what trees wish for to half of what their pools have; the rest is shed. */
  private void admit(HopDemand demand, double[] wished) {
    double given = 0;
    for (int i = 1; i < demand.trees.size(); i++) {
      HopTree tree = demand.trees.get(i);
      double part = 1;
      for (int pool : tree.pools) {
        HopPool one = net.pools()[pool];
        if (one != null) {
          part = Math.min(part, 0.5 * one.capacity() / wished[pool]);
        }
      }
      tree.flow *= part;
      given += tree.flow;
    }
    demand.trees.getFirst().flow = demand.rps - given;
  }

  /** Finds the cheapest trees at the prices, and the bound that follows. */
  private void look() {
    cheapest.find(prices);
    double least = 0;
    for (HopDemand demand : demands) {
      least += demand.rps * cheapest.value(demand.root, demand.k, demand.cluster);
    }
    for (int pool = 0; pool < prices.length; pool++) {
      HopPool one = net.pools()[pool];
      if (one != null) {
        least += one.leastAt(prices[pool]);
      }
    }
    if (least > bound) {
      bound = least;
      boundPrices = prices.clone();
    }
  }

  private double cost() {
    double[] loads = new double[prices.length];
    double cost = 0;
    for (HopDemand demand : demands) {
      cost += demand.cost();
      for (HopTree tree : demand.trees) {
        tree.addLoad(tree.flow, loads);
      }
    }
    for (int pool = 0; pool < loads.length; pool++) {
      HopPool one = net.pools()[pool];
      if (one != null) {
        cost += one.cost(loads[pool]);
      }
    }
    return cost;
  }

  private double pairs() {
    double pairs = 2.0 * pieces.count();
    trees = 0;
    for (HopDemand demand : demands) {
      trees += demand.trees.size();
    }
    return pairs + trees;
  }

  /** Adds the trees that are cheaper than what their demands are worth; the mean product then. */
  private double newcomers() {
    double sum = pieces.complementarity();
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        sum += tree.flow * tree.slack;
      }
    }
    double product = sum / pairs();
    double[] more = new double[prices.length];
    List<HopDemand> with = new ArrayList<>();
    for (HopDemand demand : demands) {
      double value = cheapest.value(demand.root, demand.k, demand.cluster);
      double best = Double.POSITIVE_INFINITY;
      for (HopTree tree : demand.trees) {
        best = Math.min(best, tree.costAt(prices));
      }
      if ((best - value) * demand.rps > product) {
        HopTree tree = cheapest.tree(demand.root, demand.k, demand.cluster);
        tree.flow = NEWCOMER * demand.rps;
        tree.addLoad(tree.flow, more);
        demand.trees.add(tree);
        with.add(demand);
      }
    }
    double[] change = new double[prices.length];
    for (HopDemand demand : with) {
      welcome(demand, more, change, product);
    }
    for (int pool = 0; pool < change.length; pool++) {
      if (change[pool] != 0) {
        pieces.add(pool, change[pool]);
      }
    }
    return product;
  }

  private void welcome(HopDemand demand, double[] more, double[] change, double product) {
    HopTree tree = demand.trees.getLast();
    double part = 1;
    for (int pool : tree.pools) {
      part = Math.min(part, ROOM * pieces.room(pool) / more[pool]);
    }
    tree.flow *= part;
    double kept = 1 - tree.flow / demand.rps;
    tree.addLoad(tree.flow, change);
    for (int i = 0; i < demand.trees.size() - 1; i++) {
      HopTree other = demand.trees.get(i);
      other.addLoad(-(1 - kept) * other.flow, change);
      other.flow *= kept;
    }
    tree.slack = Math.max(tree.costAt(prices) - demand.worth, product / tree.flow);
  }

  /** One step of predictor and corrector. */
  private void direct(double product) {
    double[][] rows = system.rows();
    for (double[] row : rows) {
      Arrays.fill(row, 0);
    }
    for (HopDemand demand : demands) {
      demand.addTo(rows, prices);
    }
    double[] off = imbalance();
    double[] right = off.clone();
    aim(0, false, right);
    for (int pool = 0; pool < prices.length; pool++) {
      rows[pool][pool] += net.pools()[pool] == null ? 1 : pieces.softness(pool);
    }
    system.factor();
    follow(right);
    double primal = Math.min(1, longestPrimal());
    double dual = Math.min(1, longestDual());
    double reached = pieces.complementarity(primal, dual);
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        reached += (tree.flow + primal * tree.flowStep) * (tree.slack + dual * tree.slackStep);
      }
    }
    double ratio = reached / pairs() / product;
    right = off;
    aim(ratio * ratio * ratio * product, true, right);
    follow(right);
    step(Math.min(1, STEP * longestPrimal()), Math.min(1, STEP * longestDual()));
  }

  /** What the pools' pieces hold more than their trees bring: only rounding. */
  private double[] imbalance() {
    double[] off = new double[prices.length];
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        tree.addLoad(tree.flow, off);
      }
    }
    for (int pool = 0; pool < off.length; pool++) {
      off[pool] -= pieces.load(pool);
    }
    return off;
  }

  private void aim(double product, boolean corrected, double[] right) {
    pieces.aim(prices, product, corrected, right);
    for (HopDemand demand : demands) {
      demand.aim(prices, product, corrected, right);
    }
  }

  private void follow(double[] right) {
    system.solve(right);
    System.arraycopy(right, 0, priceSteps, 0, right.length);
    pieces.follow(priceSteps);
    for (HopDemand demand : demands) {
      demand.follow(priceSteps);
    }
  }

  private double longestPrimal() {
    double longest = pieces.longestPrimal();
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        if (tree.flowStep < 0) {
          longest = Math.min(longest, -tree.flow / tree.flowStep);
        }
      }
    }
    return longest;
  }

  private double longestDual() {
    double longest = pieces.longestDual();
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        if (tree.slackStep < 0) {
          longest = Math.min(longest, -tree.slack / tree.slackStep);
        }
      }
    }
    return longest;
  }

  private void step(double primal, double dual) {
    pieces.step(primal, dual);
    for (int pool = 0; pool < prices.length; pool++) {
      prices[pool] += dual * priceSteps[pool];
    }
    for (HopDemand demand : demands) {
      demand.worth += dual * demand.worthStep;
      for (HopTree tree : demand.trees) {
        tree.flow += primal * tree.flowStep;
        tree.slack += dual * tree.slackStep;
      }
    }
  }

  private double[][][] flows() {
    int clusters = net.clusters();
    double[][][] flows = new double[net.services()][net.classes()][clusters * clusters];
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        for (int i = 0; i < tree.places.length; i++) {
          if (tree.served[i] >= 0) {
            int place = tree.places[i];
            flows[place / clusters][demand.k][place % clusters * clusters + tree.served[i]] +=
                tree.flow * tree.calls[i];
          }
        }
      }
    }
    return flows;
  }

  private double[][][] shed() {
    int clusters = net.clusters();
    double[][][] shed = new double[net.services()][net.classes()][clusters];
    for (HopDemand demand : demands) {
      for (HopTree tree : demand.trees) {
        for (int i = 0; i < tree.places.length; i++) {
          if (tree.served[i] < 0) {
            int place = tree.places[i];
            shed[place / clusters][demand.k][place % clusters] += tree.flow * tree.calls[i];
          }
        }
      }
    }
    return shed;
  }
}
