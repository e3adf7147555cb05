package dev.fairlead.steering.transport;

import static dev.fairlead.steering.transport.FlowNetwork.UNBOUNDED;

import java.util.Arrays;

/**
 * A basis on its way from the numbers of one network to those of another with the same nodes and
 * arcs. It keeps all of the tree that can carry the new flow: what a supply has more or less goes
 * along the tree as far as that has room, and where it has none one arc leaves, as in a pivot; an
 * artificial arc takes over what is missing. The tree stays strongly feasible.
 */
final class Mending {
  private static final int NONE = -1;

  private final Basis basis;
  private final FlowNetwork last;
  private final FlowNetwork next;

  /** What each node has to send beyond what it sends; negative if it lacks some. */
  private final long[] excess;

  Mending(Basis basis, FlowNetwork last, FlowNetwork next) {
    this.basis = basis;
    this.last = last;
    this.next = next;
    excess = new long[basis.nodes];
    for (int node = 0; node < excess.length; node++) {
      excess[node] = Math.subtractExact(next.supply[node], last.supply[node]);
    }
  }

  void run() {
    // Where nothing changed both networks have the same array: no need to look into it.
    if (!Arrays.equals(last.lower, next.lower) || !Arrays.equals(last.capacity, next.capacity)) {
      for (int arc = 0; arc < next.arcs(); arc++) {
        if (last.lower[arc] != next.lower[arc] || last.capacity[arc] != next.capacity[arc]) {
          rebind(arc);
        }
      }
    }
    spread();
    basis.reprice(next);
  }

  /** Gives {@code arc} its new bounds; what it cannot carry any more its ends have over or lack. */
  private void rebind(int arc) {
    long most = next.capacity[arc];
    int from = next.from(arc);
    int to = next.to(arc);
    if (basis.where[arc] == Basis.IN_TREE) {
      boolean up = basis.via[from] == arc;
      int node = up ? from : to;
      long flow = last.lower[arc] + (up ? basis.roomDown[node] : basis.roomUp[node]);
      long back = flow - next.lower[arc];
      long ahead = Basis.less(most, flow);
      rebindAbove(node, up ? ahead : back, up ? back : ahead);
      return;
    }
    boolean least = basis.where[arc] == Basis.AT_LEAST;
    long before = least ? last.lower[arc] : last.capacity[arc];
    if (most == UNBOUNDED) {
      // It cannot be full any more.
      basis.place(arc, Basis.AT_LEAST);
      least = true;
    }
    long more = Math.subtractExact(least ? next.lower[arc] : most, before);
    excess[from] = Math.subtractExact(excess[from], more);
    excess[to] = Math.addExact(excess[to], more);
  }

  /**
   * The same for the tree's arc above {@code node}, which with the flow that it has could carry
   * {@code roomUp} more up and {@code roomDown} more down.
   */
  private void rebindAbove(int node, long roomUp, long roomDown) {
    long over = roomUp <= 0 ? -roomUp : Math.min(0, roomDown);
    int above = basis.parent[node];
    excess[node] = Math.addExact(excess[node], over);
    excess[above] = Math.subtractExact(excess[above], over);
    basis.roomUp[node] = Basis.more(roomUp, over);
    basis.roomDown[node] = Basis.less(roomDown, over);
    if (basis.roomUp[node] == 0) {
      basis.cutOff(next, node, node, 0);
    }
  }

  /** Sends what nodes have over to those that lack it, to the last in the tree's order first. */
  private void spread() {
    // Either all of them have something over or all lack something.
    int[] waiting = new int[basis.nodes];
    int count = 0;
    for (int node : basis.order()) {
      while (count > 0 && opposite(excess[node], excess[waiting[count - 1]])) {
        int other = waiting[count - 1];
        boolean gives = excess[node] > 0;
        match(gives ? node : other, gives ? other : node);
        count -= excess[other] == 0 ? 1 : 0;
      }
      if (excess[node] != 0) {
        waiting[count++] = node;
      }
    }
    for (int i = 0; i < count; i++) {
      int node = waiting[i];
      if (excess[node] > 0) {
        give(node, excess[node]);
      } else {
        take(node, -excess[node]);
      }
    }
  }

  private static boolean opposite(long a, long b) {
    return (a > 0 && b < 0) || (a < 0 && b > 0);
  }

  private void match(int giver, int taker) {
    long units = Math.min(excess[giver], -excess[taker]);
    excess[giver] -= units;
    excess[taker] += units;
    long left = units - carry(giver, taker, units);
    give(giver, left);
    take(taker, left);
  }

  /** Sends at most {@code most} units along the tree; how many that was. */
  private long carry(int giver, int taker, long most) {
    int top = basis.meet(giver, taker);
    long units = most;
    for (int at = giver; at != top; at = basis.parent[at]) {
      units = Math.min(units, basis.roomUp[at]);
    }
    for (int at = taker; at != top; at = basis.parent[at]) {
      units = Math.min(units, basis.roomDown[at]);
    }
    basis.pushUp(giver, top, units);
    basis.pushDown(top, taker, units);
    return units;
  }

  /**
   * Sends {@code most} units from {@code node} to the root: up the tree what fits, the rest by an
   * artificial arc of its own. The last arc on the way up without room leaves; those below are then
   * walked the other way, where they have what they just carried. With no units it does so for the
   * way that {@link #carry} filled.
   */
  private void give(int node, long most) {
    long units = most;
    int high = node;
    for (; basis.via[high] != Basis.ARTIFICIAL; high = basis.parent[high]) {
      units = Math.min(units, basis.roomUp[high]);
    }
    basis.pushUp(node, high, units);
    basis.joinToRoot(high, Math.addExact(basis.artificialFlow(high), units));
    int cut = NONE;
    for (int at = node; at != high; at = basis.parent[at]) {
      cut = basis.roomUp[at] == 0 ? at : cut;
    }
    if (cut != NONE) {
      basis.cutOff(next, cut, node, most - units);
    }
  }

  /**
   * Sends {@code most} units from the root to {@code node}, likewise. Here the arc without room
   * that is nearest to the node leaves: those above it have room up by what came down.
   */
  private void take(int node, long most) {
    long units = most;
    int cut = NONE;
    int high = node;
    for (; basis.via[high] != Basis.ARTIFICIAL; high = basis.parent[high]) {
      if (basis.roomDown[high] < units) {
        units = basis.roomDown[high];
        cut = high;
      }
    }
    basis.pushDown(high, node, units);
    basis.joinToRoot(high, Math.subtractExact(basis.artificialFlow(high), units));
    if (cut != NONE) {
      basis.cutOff(next, cut, node, units - most);
    }
  }
}
