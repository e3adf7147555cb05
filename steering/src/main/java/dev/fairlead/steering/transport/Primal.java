package dev.fairlead.steering.transport;

import static dev.fairlead.steering.transport.FlowNetwork.UNBOUNDED;

import org.jspecify.annotations.Nullable;

/**
 * The primal network simplex: from a feasible basis to an optimal one by sending flow around cycles
 * of negative cost.
 *
 * <p>The tree is kept strongly feasible (Cunningham 1976): from each node some flow could go up to
 * the root, so that of several arcs that stop a cycle the last one, seen from the cycle's top in
 * its direction, leaves. Then no basis comes twice, however degenerate the problem.
 */
final class Primal {
  private final FlowNetwork network;
  private final Basis basis;
  private final int[] from;
  private final int[] to;
  private final long[] cost;
  private final Shape.Blocks blocks;

  /** What is known of arcs before any is looked at. */
  private final @Nullable Settled settled;

  /** The block that is priced next. */
  private int turn;

  private int pivots;

  Primal(FlowNetwork network, Basis basis, @Nullable Settled settled) {
    this.network = network;
    this.basis = basis;
    this.settled = settled;
    from = network.shape.from;
    to = network.shape.to;
    cost = network.cost;
    blocks = network.shape.blocks;
  }

  int pivots() {
    return pivots;
  }

  /** Makes the basis optimal; false if a cycle without limit lowers the cost for ever. */
  boolean run() {
    for (int arc = entering(); arc >= 0; arc = entering()) {
      pivots++;
      if (!pivot(arc)) {
        return false;
      }
    }
    return true;
  }

  /** The arc that improves most by unit in the next block that has one; -1 if none improves. */
  private int entering() {
    int count = blocks.ends.length;
    int inVain = 0;
    Settled known = null;
    for (int i = 0; i < count; i++) {
      int block = turn;
      turn = block + 1 == count ? 0 : block + 1;
      int start = block == 0 ? 0 : blocks.ends[block - 1];
      int end = blocks.ends[block];
      if (known != null && known.excludes(from[start])) {
        continue;
      }
      int best = blocks.byNode ? bestOfNode(start, end) : bestOf(start, end);
      if (best >= 0) {
        return best;
      }
      inVain += end - start;
      if (known == null && settled != null && blocks.byNode && inVain >= basis.nodes) {
        // To measure takes a look at each node: no more than went into arcs since the last pivot.
        known = settled;
        known.measure();
      }
    }
    return -1;
  }

  private int bestOf(int start, int end) {
    byte[] where = basis.where;
    long[] potential = basis.potential;
    int best = -1;
    long least = 0;
    for (int arc = start; arc < end; arc++) {
      long reduced = where[arc] * (cost[arc] + potential[from[arc]] - potential[to[arc]]);
      if (reduced < least) {
        least = reduced;
        best = arc;
      }
    }
    return best;
  }

  /** The same where all arcs leave one node, in half the time: most of a solve is in this loop. */
  private int bestOfNode(int start, int end) {
    byte[] where = basis.where;
    long[] potential = basis.potential;
    long ofNode = potential[from[start]];
    int best = -1;
    long least = 0;
    for (int arc = start; arc < end; arc++) {
      long reduced = where[arc] * (cost[arc] + ofNode - potential[to[arc]]);
      if (reduced < least) {
        least = reduced;
        best = arc;
      }
    }
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
      basis.place(arc, (byte) -basis.where[arc]);
      return true;
    }
    if (basis.via[cut] != Basis.ARTIFICIAL) {
      basis.place(basis.via[cut], basis.bound(network, cut));
    }
    int inner = cutAtTail ? tail : head;
    int outer = cutAtTail ? head : tail;
    basis.exchange(network, arc, forward ? units : width - units, cut, inner, outer, top);
    return true;
  }
}
