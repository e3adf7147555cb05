package dev.fairlead.steering.transport;

import java.util.Arrays;
import java.util.List;

/**
 * A min-cost-flow problem: nodes with a supply (a negative one is a demand), and arcs that carry
 * between {@code lower} and {@code capacity} units at {@code cost} each. Nodes and arcs are
 * numbered from 0 in the order in which they were made. All numbers are exact longs; their unit is
 * the caller's. Immutable.
 *
 * <p>A flow is feasible when each node sends out its supply more than it takes in, so supplies that
 * do not sum to 0 are infeasible: whoever may leave some over adds a node for it.
 */
public final class FlowNetwork {
  /** The capacity of an arc that has no limit. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  /**
   * Above it, capacities and sums of supplies are refused: what is left of a long holds sums of
   * two.
   */
  static final long LARGEST = 1L << 61;

  final Shape shape;
  final long[] supply;
  final long[] lower;
  final long[] capacity;
  final long[] cost;

  /** Above the cost of each path, so that a solver can price what must not be used. */
  final long prohibitive;

  /** Whether any arc has a lower bound above 0. */
  final boolean floors;

  private FlowNetwork(Shape shape, long[] supply, long[] lower, long[] capacity, long[] cost) {
    this.shape = shape;
    this.supply = supply;
    this.lower = lower;
    this.capacity = capacity;
    this.cost = cost;
    floors = anyAboveZero(lower);
    checkSums();
    long dearest = 0;
    for (long each : cost) {
      dearest = Math.max(dearest, Math.abs(each));
    }
    // A potential is a sum of at most one cost a node; reduced costs are sums of three potentials.
    long limit = LARGEST / (2L * (shape.nodes + 1));
    if (dearest > limit) {
      throw new IllegalArgumentException(
          "a cost of %d could overflow in a network of %d nodes: scale costs to at most %d"
              .formatted(dearest, shape.nodes, limit));
    }
    prohibitive = dearest * (shape.nodes + 1) + 1;
  }

  private static boolean anyAboveZero(long[] lower) {
    for (long each : lower) {
      if (each > 0) {
        return true;
      }
    }
    return false;
  }

  private void checkSums() {
    double sum = 0;
    for (long each : supply) {
      sum += Math.abs((double) each);
    }
    for (long each : lower) {
      sum += each;
    }
    if (sum > LARGEST) {
      throw new IllegalArgumentException(
          "supplies and lower bounds sum to %.3g, which could overflow: scale them to at most %.3g in sum"
              .formatted(sum, (double) LARGEST));
    }
  }

  public int nodes() {
    return shape.nodes;
  }

  public int arcs() {
    return shape.arcs();
  }

  public long supply(int node) {
    return supply[node];
  }

  public int from(int arc) {
    return shape.from[arc];
  }

  public int to(int arc) {
    return shape.to[arc];
  }

  public long lower(int arc) {
    return lower[arc];
  }

  /** At least {@link #lower}; {@link #UNBOUNDED} if there is no limit. */
  public long capacity(int arc) {
    return capacity[arc];
  }

  public long cost(int arc) {
    return cost[arc];
  }

  /** What {@code arc} can carry above its lower bound. */
  long width(int arc) {
    long most = capacity[arc];
    return most == UNBOUNDED ? UNBOUNDED : most - lower[arc];
  }

  /** Whether {@code that}, which has the same nodes and arcs, has the same bounds and costs too. */
  boolean differsInSupplyOnly(FlowNetwork that) {
    // Where nothing changed both have the same arrays: no need to look into them.
    return Arrays.equals(lower, that.lower)
        && Arrays.equals(capacity, that.capacity)
        && Arrays.equals(cost, that.cost);
  }

  /** The same network with other costs. */
  FlowNetwork withCosts(long[] costs) {
    return new FlowNetwork(shape, supply, lower, capacity, costs);
  }

  /**
   * A draft of a network with the same nodes and arcs and some other numbers; this one stays as it
   * is.
   */
  public Change change() {
    return new Change(this);
  }

  private static void checkBounds(int arc, long lower, long capacity) {
    if (lower < 0 || lower > capacity) {
      throw new IllegalArgumentException(
          "arc %d: lower bound %d must be from 0 to the capacity %d"
              .formatted(arc, lower, capacity));
    }
    if (capacity > LARGEST && capacity != UNBOUNDED) {
      throw new IllegalArgumentException(
          "arc %d: capacity %d could overflow: give at most %d, or UNBOUNDED"
              .formatted(arc, capacity, LARGEST));
    }
  }

  private static void checkCost(int arc, long cost) {
    if (cost == Long.MIN_VALUE) {
      throw new IllegalArgumentException(
          "arc %d: cost %d has no absolute value".formatted(arc, cost));
    }
  }

  /**
   * One piece of a convex cost: {@code capacity} units (or {@link #UNBOUNDED}) at {@code cost}
   * each.
   *
   * @param capacity at least 0
   */
  public record Segment(long capacity, long cost) {
    public Segment {
      if (capacity < 0) {
        throw new IllegalArgumentException("a segment's capacity is at least 0: " + capacity);
      }
    }
  }

  /** Makes a network, node by node and arc by arc. */
  public static final class Builder {
    private final long[] supply;
    private int arcs;
    private int[] from;
    private int[] to;
    private long[] lower;
    private long[] capacity;
    private long[] cost;

    /** A network of {@code nodes} nodes, each with supply 0. */
    public Builder(int nodes) {
      this(nodes, 16);
    }

    /** The same with room for {@code arcs} arcs, of which there may then be more or less. */
    public Builder(int nodes, int arcs) {
      if (nodes < 0 || arcs < 0) {
        throw new IllegalArgumentException(
            "a network has at least 0 nodes and arcs: %d, %d".formatted(nodes, arcs));
      }
      supply = new long[nodes];
      from = new int[arcs];
      to = new int[arcs];
      lower = new long[arcs];
      capacity = new long[arcs];
      cost = new long[arcs];
    }

    /** Sets what {@code node} sends out beyond what it takes in; negative for a demand. */
    public Builder supply(int node, long units) {
      supply[node] = units;
      return this;
    }

    /** Adds an arc without lower bound; see {@link #arc(int, int, long, long, long)}. */
    public int arc(int from, int to, long capacity, long cost) {
      return arc(from, to, 0, capacity, cost);
    }

    /**
     * Adds an arc and returns its id. Parallel arcs, loops and negative costs are allowed.
     *
     * @param lower at least 0
     * @param capacity at least {@code lower}, or {@link #UNBOUNDED}
     * @throws IllegalArgumentException if a node does not exist or the bounds cross
     */
    public int arc(int from, int to, long lower, long capacity, long cost) {
      int arc = arcs;
      int nodes = supply.length;
      if (from < 0 || from >= nodes || to < 0 || to >= nodes) {
        throw new IllegalArgumentException(
            "arc %d from node %d to %d: nodes are 0 to %d".formatted(arc, from, to, nodes - 1));
      }
      checkBounds(arc, lower, capacity);
      checkCost(arc, cost);
      if (arc == this.from.length) {
        grow();
      }
      this.from[arc] = from;
      this.to[arc] = to;
      this.lower[arc] = lower;
      this.capacity[arc] = capacity;
      this.cost[arc] = cost;
      arcs++;
      return arc;
    }

    /**
     * Adds one arc for each segment, together an arc whose cost grows with its load, and returns
     * the first id; the others follow in order. An optimal flow fills them in order because their
     * costs do not fall.
     *
     * @throws IllegalArgumentException if a segment costs less than the one before
     */
    public int convexArc(int from, int to, List<Segment> segments) {
      for (int i = 1; i < segments.size(); i++) {
        if (segments.get(i).cost() < segments.get(i - 1).cost()) {
          throw new IllegalArgumentException(
              "arc from node %d to %d is not convex: segment %d costs %d, the one before %d"
                  .formatted(from, to, i, segments.get(i).cost(), segments.get(i - 1).cost()));
        }
      }
      int first = arcs;
      for (Segment segment : segments) {
        arc(from, to, 0, segment.capacity(), segment.cost());
      }
      return first;
    }

    /**
     * The network as described so far.
     *
     * @throws IllegalArgumentException if sums of these numbers could overflow a long; it says by
     *     how much to scale
     */
    public FlowNetwork build() {
      return new FlowNetwork(
          new Shape(supply.length, Arrays.copyOf(from, arcs), Arrays.copyOf(to, arcs)),
          supply.clone(),
          Arrays.copyOf(lower, arcs),
          Arrays.copyOf(capacity, arcs),
          Arrays.copyOf(cost, arcs));
    }

    private void grow() {
      int room = Math.max(16, arcs + (arcs >> 1));
      from = Arrays.copyOf(from, room);
      to = Arrays.copyOf(to, room);
      lower = Arrays.copyOf(lower, room);
      capacity = Arrays.copyOf(capacity, room);
      cost = Arrays.copyOf(cost, room);
    }
  }

  /** The same nodes and arcs with other numbers; copies only the kinds of number that change. */
  public static final class Change {
    private final Shape shape;
    private final Numbers supply;
    private final Numbers lower;
    private final Numbers capacity;
    private final Numbers cost;

    private Change(FlowNetwork base) {
      shape = base.shape;
      supply = new Numbers(base.supply);
      lower = new Numbers(base.lower);
      capacity = new Numbers(base.capacity);
      cost = new Numbers(base.cost);
    }

    public Change supply(int node, long units) {
      supply.set(node, units);
      return this;
    }

    public Change cost(int arc, long units) {
      checkCost(arc, units);
      cost.set(arc, units);
      return this;
    }

    /** Sets the arc's capacity and keeps its lower bound. */
    public Change capacity(int arc, long most) {
      return bounds(arc, lower.values[arc], most);
    }

    public Change bounds(int arc, long least, long most) {
      checkBounds(arc, least, most);
      lower.set(arc, least);
      capacity.set(arc, most);
      return this;
    }

    /**
     * @throws IllegalArgumentException as {@link Builder#build}
     */
    public FlowNetwork build() {
      return new FlowNetwork(shape, supply.share(), lower.share(), capacity.share(), cost.share());
    }
  }

  /** An array that is somebody else's too until something in it changes. */
  private static final class Numbers {
    private long[] values;
    private boolean shared = true;

    Numbers(long[] values) {
      this.values = values;
    }

    void set(int index, long value) {
      if (values[index] != value) {
        values = shared ? values.clone() : values;
        shared = false;
        values[index] = value;
      }
    }

    long[] share() {
      shared = true;
      return values;
    }
  }
}
