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

  private final int[] firstChild;
  private final int[] next;
  private final int[] previous;

  /** A star of artificial arcs, all others at their lower bound. */
  Basis(FlowNetwork network) {
    nodes = network.nodes();
    root = nodes;
    where = new byte[network.arcs()];
    Arrays.fill(where, AT_LEAST);
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
  private void joinToRoot(int node, long up) {
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
   * Takes the numbers of {@code next} in place of those of {@code last}, which has the same nodes
   * and arcs, and keeps as much of the tree as is feasible: an arc that would have to carry too
   * much or too little leaves at its bound, and so does one that could take no more up; an
   * artificial arc takes over what is missing. The tree is then strongly feasible.
   */
  void rebind(FlowNetwork last, FlowNetwork next) {
    long[] excess = new long[nodes + 1];
    for (int node = 0; node < nodes; node++) {
      excess[node] = Math.subtractExact(next.supply[node], last.supply[node]);
    }
    // Where nothing changed both networks have the same array: no need to look into it.
    if (!Arrays.equals(last.lower, next.lower) || !Arrays.equals(last.capacity, next.capacity)) {
      for (int arc = 0; arc < where.length; arc++) {
        if (last.lower[arc] != next.lower[arc] || last.capacity[arc] != next.capacity[arc]) {
          rebind(arc, last, next, excess);
        }
      }
    }
    int[] order = new int[nodes + 1];
    int count = 0;
    for (int node = root; node != NONE; node = after(node, root)) {
      order[count++] = node;
    }
    for (int i = count - 1; i > 0; i--) {
      int node = order[i];
      long up = excess[node];
      if (via[node] == ARTIFICIAL) {
        joinToRoot(node, Math.addExact(artificialFlow(node), up));
      } else {
        int above = parent[node];
        excess[above] = Math.addExact(excess[above], settle(node, up, next));
      }
    }
    reprice(next);
  }

  private void rebind(int arc, FlowNetwork last, FlowNetwork next, long[] excess) {
    long most = next.capacity[arc];
    int from = next.from(arc);
    int to = next.to(arc);
    if (where[arc] == IN_TREE) {
      boolean up = via[from] == arc;
      int node = up ? from : to;
      long flow = last.lower[arc] + (up ? roomDown[node] : roomUp[node]);
      long back = flow - next.lower[arc];
      long ahead = less(most, flow);
      roomUp[node] = up ? ahead : back;
      roomDown[node] = up ? back : ahead;
      return;
    }
    long before = where[arc] == AT_LEAST ? last.lower[arc] : last.capacity[arc];
    if (most == UNBOUNDED) {
      // It cannot be full any more.
      where[arc] = AT_LEAST;
    }
    long more = Math.subtractExact(where[arc] == AT_LEAST ? next.lower[arc] : most, before);
    excess[from] = Math.subtractExact(excess[from], more);
    excess[to] = Math.addExact(excess[to], more);
  }

  /**
   * Sends {@code up} over the arc above {@code node} as far as that has room, and what it cannot
   * take, or what it should not have taken before, over an artificial arc.
   *
   * @return what the parent has more
   */
  private long settle(int node, long up, FlowNetwork network) {
    long roomAfter = less(roomUp[node], up);
    long roomBack = more(roomDown[node], up);
    if (roomAfter > 0 && roomBack >= 0) {
      roomUp[node] = roomAfter;
      roomDown[node] = roomBack;
      return up;
    }
    // Too much goes up, or too little.
    long over = roomAfter <= 0 ? -roomAfter : roomBack;
    boolean ahead = network.from(via[node]) == node;
    where[via[node]] = (roomAfter <= 0) == ahead ? AT_MOST : AT_LEAST;
    rehang(node, node, root, root, ARTIFICIAL, 0, 0);
    joinToRoot(node, over);
    return up - over;
  }

  /** Derives potentials from the costs of {@code network}. */
  private void reprice(FlowNetwork network) {
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

  private static long less(long room, long units) {
    return room == UNBOUNDED ? room : Math.subtractExact(room, units);
  }

  private static long more(long room, long units) {
    return room == UNBOUNDED ? room : Math.addExact(room, units);
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
    where[arc] = IN_TREE;
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
