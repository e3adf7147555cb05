package dev.fairlead.steering.transport;

import static dev.fairlead.steering.transport.FlowNetwork.UNBOUNDED;

import java.util.Arrays;

/**
 * A spanning tree of a network and the flow that it implies: arcs outside the tree carry their
 * least or their most, and what the tree's arcs carry then follows from the supplies. A root joins
 * all nodes of the network by artificial arcs, so that there always is a tree; a flow on one of
 * them is supply that the network cannot carry.
 *
 * <p>What belongs to a tree arc is kept at its lower node, in both directions: how much more may go
 * up to the parent and how much down. So walking a cycle touches small arrays only, and asks no arc
 * for its direction. Sizes of subtrees, not depths, find where two paths meet: a pivot changes
 * sizes along its cycle only.
 */
final class Basis {
  /** {@link #via} of a node that an artificial arc joins to the root. */
  static final int ARTIFICIAL = -1;

  static final byte AT_LEAST = 1;
  static final byte IN_TREE = 0;
  static final byte AT_MOST = -1;

  private static final int NONE = -1;

  final int nodes;
  final int root;

  /**
   * For each arc where it is; as signs, so that {@code where × reducedCost < 0} is an arc that
   * would improve.
   */
  final byte[] where;

  /** How many of the arcs that leave a node are at their most. */
  final int[] full;

  final int[] parent;

  /** The arc to the parent. */
  final int[] via;

  final long[] roomUp;
  final long[] roomDown;
  final int[] size;

  /**
   * Dual values: an arc's reduced cost is cost + potential(from) − potential(to); only differences
   * mean something.
   */
  final long[] potential;

  private final int[] from;
  private final int[] firstChild;
  private final int[] next;
  private final int[] previous;

  /** A star of artificial arcs, all others at their lower bound. */
  Basis(FlowNetwork network) {
    nodes = network.nodes();
    root = nodes;
    where = new byte[network.arcs()];
    Arrays.fill(where, AT_LEAST);
    from = network.shape.from;
    full = new int[nodes];
    int all = nodes + 1;
    parent = new int[all];
    via = new int[all];
    roomUp = new long[all];
    roomDown = new long[all];
    size = new int[all];
    potential = new long[all];
    firstChild = new int[all];
    next = new int[all];
    previous = new int[all];
    Arrays.fill(firstChild, NONE);
    parent[root] = NONE;
    via[root] = ARTIFICIAL;
    size[root] = all;
    next[root] = NONE;
    previous[root] = NONE;
    long[] excess = excess(network);
    for (int node = nodes - 1; node >= 0; node--) {
      size[node] = 1;
      adopt(root, node);
      joinToRoot(node, excess[node]);
      potential[node] = excess[node] >= 0 ? -network.prohibitive : network.prohibitive;
    }
  }

  private static long[] excess(FlowNetwork network) {
    long[] excess = network.supply.clone();
    for (int arc = 0; arc < network.arcs(); arc++) {
      long least = network.lower[arc];
      if (least != 0) {
        excess[network.from(arc)] -= least;
        excess[network.to(arc)] += least;
      }
    }
    return excess;
  }

  /**
   * Makes the arc from {@code node} to the root an artificial one that carries {@code up} units, or
   * −up down.
   */
  void joinToRoot(int node, long up) {
    via[node] = ARTIFICIAL;
    roomUp[node] = up >= 0 ? UNBOUNDED : -up;
    roomDown[node] = up >= 0 ? up : UNBOUNDED;
  }

  /** What the artificial arc above {@code node} carries up to the root; negative if down. */
  long artificialFlow(int node) {
    return roomUp[node] == UNBOUNDED ? roomDown[node] : -roomUp[node];
  }

  /** Whether each unit of supply finds its way through the network's own arcs. */
  boolean feasible() {
    for (int node = firstChild[root]; node != NONE; node = next[node]) {
      if (via[node] == ARTIFICIAL && artificialFlow(node) != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes the arc above {@code cut}, which is at a bound, leave, and hangs what was below under the
   * root by {@code inner} and an artificial arc that carries {@code up}.
   */
  void cutOff(FlowNetwork network, int cut, int inner, long up) {
    place(via[cut], bound(network, cut));
    rehang(cut, inner, root, root, ARTIFICIAL, 0, 0);
    joinToRoot(inner, up);
  }

  /** All nodes of the network, each after those above it. */
  int[] order() {
    int[] order = new int[nodes];
    int count = 0;
    for (int node = after(root, root); node != NONE; node = after(node, root)) {
      order[count++] = node;
    }
    return order;
  }

  /** Derives potentials from the costs of {@code network}. */
  void reprice(FlowNetwork network) {
    potential[root] = 0;
    for (int node = after(root, root); node != NONE; node = after(node, root)) {
      int arc = via[node];
      if (arc == ARTIFICIAL) {
        potential[node] = artificialFlow(node) >= 0 ? -network.prohibitive : network.prohibitive;
      } else if (network.from(arc) == node) {
        potential[node] = potential[parent[node]] - network.cost[arc];
      } else {
        potential[node] = potential[parent[node]] + network.cost[arc];
      }
    }
  }

  /** The lowest node above both, or one of both. */
  int meet(int a, int b) {
    int x = a;
    int y = b;
    while (x != y) {
      if (size[x] < size[y]) {
        x = parent[x];
      } else {
        y = parent[y];
      }
    }
    return x;
  }

  /** Sends {@code units} up from {@code node} to {@code top}, which is above it or itself. */
  void pushUp(int node, int top, long units) {
    for (int at = node; at != top; at = parent[at]) {
      roomUp[at] = less(roomUp[at], units);
      roomDown[at] = more(roomDown[at], units);
    }
  }

  void pushDown(int top, int node, long units) {
    for (int at = node; at != top; at = parent[at]) {
      roomDown[at] = less(roomDown[at], units);
      roomUp[at] = more(roomUp[at], units);
    }
  }

  static long less(long room, long units) {
    return room == UNBOUNDED ? room : Math.subtractExact(room, units);
  }

  static long more(long room, long units) {
    return room == UNBOUNDED ? room : Math.addExact(room, units);
  }

  /** Says that {@code arc} is at {@code bound} or in the tree. */
  void place(int arc, byte bound) {
    if (where[arc] == AT_MOST) {
      full[from[arc]]--;
    }
    if (bound == AT_MOST) {
      full[from[arc]]++;
    }
    where[arc] = bound;
  }

  /** The bound at which the arc above {@code node} is, if it is at one. */
  byte bound(FlowNetwork network, int node) {
    boolean up = network.from(via[node]) == node;
    return (up ? roomDown[node] : roomUp[node]) == 0 ? AT_LEAST : AT_MOST;
  }

  /**
   * Takes {@code arc}, which carries {@code units} above its lower bound, into the tree in place of
   * the arc above {@code cut}. {@code inner} is the entering arc's end below {@code cut}, {@code
   * outer} the other; {@code top} is above all.
   */
  void exchange(FlowNetwork network, int arc, long units, int cut, int inner, int outer, int top) {
    long width = network.width(arc);
    boolean up = network.from(arc) == inner;
    long left = less(width, units);
    rehang(cut, inner, outer, top, arc, up ? left : units, up ? units : left);
    place(arc, IN_TREE);
    long reduced = reducedCost(network, arc);
    raise(inner, up ? -reduced : reduced);
  }

  private long reducedCost(FlowNetwork network, int arc) {
    return network.cost(arc) + potential[network.from(arc)] - potential[network.to(arc)];
  }

  /**
   * Cuts the subtree of {@code cut} off and hangs it, turned so that {@code inner} is its top,
   * under {@code outer} by an arc with the given rooms. {@code top} is a node above both that keeps
   * its size.
   */
  private void rehang(int cut, int inner, int outer, int top, int arc, long up, long down) {
    int moved = size[cut];
    for (int at = parent[cut]; at != top; at = parent[at]) {
      size[at] -= moved;
    }
    int node = inner;
    int above = outer;
    int newVia = arc;
    long newUp = up;
    long newDown = down;
    int newSize = moved;
    while (true) {
      int oldParent = parent[node];
      int oldVia = via[node];
      long oldUp = roomUp[node];
      long oldDown = roomDown[node];
      int oldSize = size[node];
      orphan(node);
      adopt(above, node);
      via[node] = newVia;
      roomUp[node] = newUp;
      roomDown[node] = newDown;
      size[node] = newSize;
      if (node == cut) {
        break;
      }
      // The arc to the old parent is now seen from its other end.
      newVia = oldVia;
      newUp = oldDown;
      newDown = oldUp;
      newSize = moved - oldSize;
      above = node;
      node = oldParent;
    }
    for (int at = outer; at != top; at = parent[at]) {
      size[at] += moved;
    }
  }

  private void adopt(int above, int node) {
    int sibling = firstChild[above];
    parent[node] = above;
    next[node] = sibling;
    previous[node] = NONE;
    if (sibling != NONE) {
      previous[sibling] = node;
    }
    firstChild[above] = node;
  }

  private void orphan(int node) {
    int before = previous[node];
    int after = next[node];
    if (before == NONE) {
      firstChild[parent[node]] = after;
    } else {
      next[before] = after;
    }
    if (after != NONE) {
      previous[after] = before;
    }
  }

  /**
   * The node after {@code node} when the subtree of {@code top} is walked, parents first; NONE
   * after the last.
   */
  private int after(int node, int top) {
    int child = firstChild[node];
    return child != NONE ? child : past(node, top);
  }

  /** The same without the nodes below {@code node}. */
  private int past(int node, int top) {
    int at = node;
    while (at != top) {
      if (next[at] != NONE) {
        return next[at];
      }
      at = parent[at];
    }
    return NONE;
  }

  /**
   * Raises the potentials of the subtree of {@code top} against all others by {@code by}: whichever
   * side has fewer nodes moves. Sums that wrap around do no harm: differences stay what they are.
   */
  private void raise(int top, long by) {
    if (2 * size[top] <= nodes) {
      for (int node = top; node != NONE; node = after(node, top)) {
        potential[node] += by;
      }
    } else {
      for (int node = root;
          node != NONE;
          node = node == top ? past(node, root) : after(node, root)) {
        if (node != top) {
          potential[node] -= by;
        }
      }
    }
  }
}
