package dev.fairlead.steering.transport;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a solve found: a flow of least cost with its dual values, or why there is none. Immutable;
 * it stays valid when the solver goes on. Flows, potentials and marginal costs are of an {@link
 * Status#OPTIMAL} solution only.
 */
public final class FlowSolution {
  public enum Status {
    OPTIMAL,
    /** No flow respects supplies and bounds; {@link #shortage} says where. */
    INFEASIBLE,
    /** A cycle of negative cost has no capacity limit. */
    UNBOUNDED
  }

  private final FlowNetwork network;
  private final Status status;
  private final int pivots;
  private final byte[] where;

  /** For each node the arc above it in the tree and what that carries above its lower bound. */
  private final int[] via;

  private final long[] treeFlow;
  private final long[] potential;
  private final @Nullable Shortage shortage;
  private @Nullable BigInteger cost;
  private Residual.@Nullable Distances distances;

  FlowSolution(FlowNetwork network, Basis basis, Status status, int pivots) {
    this.network = network;
    this.status = status;
    this.pivots = pivots;
    where = basis.where.clone();
    via = Arrays.copyOf(basis.via, basis.nodes);
    treeFlow = new long[basis.nodes];
    potential = new long[basis.nodes];
    for (int node = 0; node < basis.nodes; node++) {
      boolean up = via[node] == Basis.ARTIFICIAL || network.from(via[node]) == node;
      treeFlow[node] = up ? basis.roomDown[node] : basis.roomUp[node];
      potential[node] = basis.potential[node] - basis.potential[basis.root];
    }
    shortage = status == Status.INFEASIBLE ? new Shortage(this, basis) : null;
  }

  public Status status() {
    return status;
  }

  public FlowNetwork network() {
    return network;
  }

  /** How many pivots the solve took. */
  public int pivots() {
    return pivots;
  }

  /** Units over {@code arc}, from its lower bound to its capacity. */
  public long flow(int arc) {
    demandOptimal();
    return carried(arc);
  }

  /** The same for a solution of any status. */
  long carried(int arc) {
    long least = network.lower[arc];
    return switch (where[arc]) {
      case Basis.AT_LEAST -> least;
      case Basis.AT_MOST -> network.capacity[arc];
      default -> {
        int from = network.from(arc);
        yield least + treeFlow[via[from] == arc ? from : network.to(arc)];
      }
    };
  }

  /** The sum of flow × cost over all arcs, exact however large. */
  public BigInteger cost() {
    demandOptimal();
    BigInteger known = cost;
    if (known == null) {
      known = sum();
      cost = known;
    }
    return known;
  }

  private BigInteger sum() {
    BigInteger sum = BigInteger.ZERO;
    // What fits a long is summed in one.
    long small = 0;
    for (int arc = carrier(0); arc < where.length; arc = carrier(arc + 1)) {
      long flow = carried(arc);
      long price = network.cost[arc];
      long product = flow * price;
      long next = small + product;
      if (Math.multiplyHigh(flow, price) != product >> 63
          || ((small ^ next) & (product ^ next)) < 0) {
        sum =
            sum.add(BigInteger.valueOf(small))
                .add(BigInteger.valueOf(flow).multiply(BigInteger.valueOf(price)));
        small = 0;
      } else {
        small = next;
      }
    }
    return sum.add(BigInteger.valueOf(small));
  }

  /**
   * The first arc from {@code arc} on that may carry something. Most arcs of a dense network carry
   * nothing; without lower bounds they are passed a run at once, which ends where {@link #where}
   * differs from what comes next.
   */
  private int carrier(int arc) {
    int arcs = where.length;
    int next = arc;
    if (network.floors) {
      while (next < arcs && where[next] == Basis.AT_LEAST && network.lower[next] == 0) {
        next++;
      }
    } else if (arc < arcs && where[arc] == Basis.AT_LEAST) {
      int same = Arrays.mismatch(where, arc, arcs - 1, where, arc + 1, arcs);
      next = same < 0 ? arcs : arc + same + 1;
    }
    return next;
  }

  /**
   * The dual value of {@code node}: sending a unit from {@code a} to {@code b} costs about
   * potential(b) − potential(a) more. Only differences mean something, and only between nodes that
   * arcs join; at a degenerate optimum they are one of several truths, where {@link #marginalCost}
   * is the whole one.
   */
  public long potential(int node) {
    demandOptimal();
    return potential[node];
  }

  /**
   * cost + potential(from) − potential(to): at least 0 where the arc could carry more, at most 0
   * where it could carry less.
   */
  public long reducedCost(int arc) {
    demandOptimal();
    return reduced(arc);
  }

  long reduced(int arc) {
    return network.cost[arc] + potential[network.from(arc)] - potential[network.to(arc)];
  }

  /** How much more {@code arc} may carry; {@link FlowNetwork#UNBOUNDED} if that has no limit. */
  long roomAhead(int arc) {
    long most = network.capacity[arc];
    return most == FlowNetwork.UNBOUNDED ? most : most - carried(arc);
  }

  long roomBack(int arc) {
    return carried(arc) - network.lower[arc];
  }

  /**
   * The exact change of the least cost, at most 0, when the capacity of {@code arc} grows by one
   * unit. Linear programming calls it the right-hand derivative. Its price is a search for shortest
   * paths, which is kept: ask for arcs into the same node one after the other.
   */
  public long capacityDerivative(int arc) {
    demandOptimal();
    if (roomAhead(arc) > 0) {
      return 0;
    }
    OptionalLong back = distances(network.to(arc)).to(network.from(arc));
    return back.isEmpty() ? 0 : Math.min(0, network.cost[arc] + back.getAsLong());
  }

  /**
   * What the dual value alone promises of {@link #capacityDerivative}: never nearer to 0 than that,
   * and further only at a degenerate optimum.
   */
  public long capacityDual(int arc) {
    demandOptimal();
    return roomAhead(arc) > 0 ? 0 : Math.min(0, reduced(arc));
  }

  /**
   * The exact change of the least cost when {@code from} has one unit more of supply and {@code to}
   * one more of demand; empty if that would be infeasible. The search is kept: ask for pairs with
   * the same {@code from} one after the other.
   */
  public OptionalLong marginalCost(int from, int to) {
    demandOptimal();
    return distances(from).to(to);
  }

  private Residual.Distances distances(int from) {
    Residual.Distances known = distances;
    if (known == null || known.from != from) {
      known = new Residual(this).from(from);
      distances = known;
    }
    return known;
  }

  /** Where supply is stuck. */
  public Shortage shortage() {
    if (shortage == null) {
      throw new IllegalStateException(
          "only an infeasible network has a shortage; this is " + status);
    }
    return shortage;
  }

  private void demandOptimal() {
    if (status != Status.OPTIMAL) {
      throw new IllegalStateException("the network is " + status + ": ask status() first");
    }
  }
}
