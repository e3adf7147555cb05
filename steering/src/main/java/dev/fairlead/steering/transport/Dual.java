package dev.fairlead.steering.transport;

/**
 * The dual network simplex: from a basis whose reduced costs are right but whose tree arcs carry
 * too much or too little to an optimal one. After a change of supplies or bounds few arcs are
 * wrong, and what was optimal about the rest stays.
 *
 * <p>The arc that is furthest out of its bounds leaves; it splits the tree in two, and of the arcs
 * that can carry its excess between the parts the one with the least reduced cost enters.
 */
final class Dual {
  /** How a run of pivots ended. */
  enum End {
    OPTIMAL,
    INFEASIBLE,
    /**
     * More pivots than a change of a few numbers needs: a start from scratch is as cheap, and
     * cannot cycle.
     */
    LOST
  }

  private static final int FEWEST_PIVOTS = 64;

  private final FlowNetwork network;
  private final Basis basis;
  private final Shape.Incidence incidence;

  /** Nodes of the part that is searched, marked by the number of the pivot. */
  private final int[] mark;

  private final int limit;
  private int pivots;

  Dual(FlowNetwork network, Basis basis) {
    this.network = network;
    this.basis = basis;
    incidence = network.shape.incidence();
    mark = new int[basis.nodes + 1];
    limit = FEWEST_PIVOTS + basis.nodes;
  }

  int pivots() {
    return pivots;
  }

  End run() {
    for (int node = worst(); node >= 0; node = worst()) {
      if (pivots == limit) {
        return End.LOST;
      }
      pivots++;
      if (!pivot(node)) {
        return End.INFEASIBLE;
      }
    }
    return End.OPTIMAL;
  }

  /** The node whose arc to its parent is furthest out of bounds; -1 if all are within. */
  private int worst() {
    int worst = -1;
    long least = 0;
    for (int node = 0; node < basis.nodes; node++) {
      long room = Math.min(basis.roomUp[node], basis.roomDown[node]);
      if (room < least) {
        least = room;
        worst = node;
      }
    }
    return worst;
  }

  private boolean pivot(int cut) {
    // Too little flow goes up out of the part below: so much comes into it by the arc that enters.
    boolean inward = basis.roomDown[cut] < 0;
    long units = -Math.min(basis.roomUp[cut], basis.roomDown[cut]);
    int arc = entering(cut, inward);
    if (arc < 0) {
      return false;
    }
    boolean forward = basis.where[arc] == Basis.AT_LEAST;
    int tail = forward ? network.from(arc) : network.to(arc);
    int head = forward ? network.to(arc) : network.from(arc);
    int top = basis.meet(tail, head);
    basis.pushDown(top, tail, units);
    basis.pushUp(head, top, units);
    int left = basis.via[cut];
    if (left != Basis.ARTIFICIAL) {
      boolean up = network.from(left) == cut;
      basis.where[left] = up == inward ? Basis.AT_LEAST : Basis.AT_MOST;
    }
    long carried = forward ? units : network.width(arc) - units;
    basis.exchange(network, arc, carried, cut, inward ? head : tail, inward ? tail : head, top);
    return true;
  }

  /**
   * The arc with the least reduced cost that can carry more into the part below {@code cut}, or out
   * of it; or -1.
   */
  private int entering(int cut, boolean inward) {
    boolean below = 2 * basis.size[cut] <= basis.nodes;
    int top = below ? cut : basis.root;
    for (int node = top; node >= 0; node = follow(node, top, cut)) {
      mark[node] = pivots;
    }
    int best = -1;
    long least = Long.MAX_VALUE;
    for (int node = top; node >= 0; node = follow(node, top, cut)) {
      if (node == basis.root) {
        continue;
      }
      int middle = incidence.start[2 * node + 1];
      for (int i = incidence.start[2 * node]; i < incidence.start[2 * node + 2]; i++) {
        int arc = incidence.arcs[i];
        // Whether the arc points into the part below.
        boolean into = i < middle != below;
        int side = into == inward ? Basis.AT_LEAST : Basis.AT_MOST;
        if (basis.where[arc] == side && mark[network.shape.other(arc, node)] != pivots) {
          long ratio = side * basis.reducedCost(network, arc);
          if (ratio < least && (network.width(arc) != 0)) {
            least = ratio;
            best = arc;
          }
        }
      }
    }
    return best;
  }

  /** The next node of the part below {@code cut} if that is the top, else of all the rest. */
  private int follow(int node, int top, int cut) {
    int next = basis.after(node, top);
    return next == cut ? basis.past(cut, top) : next;
  }
}
