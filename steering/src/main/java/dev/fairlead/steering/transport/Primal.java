package dev.fairlead.steering.transport;

import static dev.fairlead.steering.transport.FlowNetwork.UNBOUNDED;

/**
 * The primal network simplex: from a feasible basis to an optimal one by sending flow around cycles
 * of negative cost.
 *
 * <p>The tree is kept strongly feasible (Cunningham 1976): from each node some flow could go up to
 * the root, so that of several arcs that stop a cycle the last one, seen from the cycle's top in
 * its direction, leaves. Then no basis comes twice, however degenerate the problem.
 */
final class Primal {
  /** How a run of pivots ended. */
  enum End {
    OPTIMAL,
    UNBOUNDED
  }

  /**
   * Arcs that are priced before the best of them enters: fewer make worse pivots, more make dearer
   * ones.
   */
  private static final int SMALLEST_BLOCK = 64;

  private final FlowNetwork network;
  private final Basis basis;
  private final int[] from;
  private final int[] to;
  private final long[] cost;
  private final int block;
  private int cursor;
  private int pivots;

  Primal(FlowNetwork network, Basis basis) {
    this.network = network;
    this.basis = basis;
    from = network.shape.from;
    to = network.shape.to;
    cost = network.cost;
    block = Math.max(SMALLEST_BLOCK, (int) Math.sqrt(network.arcs()));
  }

  int pivots() {
    return pivots;
  }

  End run() {
    for (int arc = entering(); arc >= 0; arc = entering()) {
      pivots++;
      if (!pivot(arc)) {
        return End.UNBOUNDED;
      }
    }
    return End.OPTIMAL;
  }

  /**
   * The arc of the next block with an improving one that improves most by unit; -1 if there is none
   * at all.
   */
  private int entering() {
    int arcs = from.length;
    byte[] where = basis.where;
    long[] potential = basis.potential;
    int best = -1;
    long least = 0;
    int left = block;
    int arc = cursor;
    for (int i = 0; i < arcs; i++) {
      long reduced = where[arc] * (cost[arc] + potential[from[arc]] - potential[to[arc]]);
      if (reduced < least) {
        least = reduced;
        best = arc;
      }
      if (++arc == arcs) {
        arc = 0;
      }
      if (--left == 0) {
        if (best >= 0) {
          break;
        }
        left = block;
      }
    }
    cursor = arc;
    return best;
  }

  /** Sends all that fits around the cycle that {@code arc} closes; false if nothing stops it. */
  private boolean pivot(int arc) {
    boolean forward = basis.where[arc] == Basis.AT_LEAST;
    int tail = forward ? from[arc] : to[arc];
    int head = forward ? to[arc] : from[arc];
    int top = basis.meet(tail, head);
    long width = network.width(arc);
    long units = width;
    int cut = -1;
    boolean cutAtTail = false;
    for (int at = tail; at != top; at = basis.parent[at]) {
      if (basis.roomDown[at] < units) {
        units = basis.roomDown[at];
        cut = at;
        cutAtTail = true;
      }
    }
    for (int at = head; at != top; at = basis.parent[at]) {
      if (basis.roomUp[at] <= units && basis.roomUp[at] != UNBOUNDED) {
        units = basis.roomUp[at];
        cut = at;
        cutAtTail = false;
      }
    }
    if (units == UNBOUNDED) {
      return false;
    }
    if (units != 0) {
      basis.pushDown(top, tail, units);
      basis.pushUp(head, top, units);
    }
    if (cut < 0) {
      basis.where[arc] = (byte) -basis.where[arc];
      return true;
    }
    if (basis.via[cut] != Basis.ARTIFICIAL) {
      basis.where[basis.via[cut]] = basis.bound(network, cut);
    }
    int inner = cutAtTail ? tail : head;
    int outer = cutAtTail ? head : tail;
    basis.exchange(network, arc, forward ? units : width - units, cut, inner, outer, top);
    return true;
  }
}
