package dev.fairlead.steering.optimize;

import dev.fairlead.steering.transport.FlowNetwork;
import dev.fairlead.steering.transport.FlowSolution;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * A situation as a flow: from each source an arc to each destination that it may use and one to the
 * sink for what is shed, from each destination an arc to the sink for each segment of its grid and
 * one for what exceeds its capacity. A unit is a thousandth of a request (of work, where classes
 * weigh differently) a second.
 */
final class Model {
  static final double UNITS_PER_RPS = 1000;

  // 1/2¹⁷ of the range; but a tenth of a percent of a request a second is as good as none.
  private static final int FINEST_SHIFT = 17;
  private static final long FINEST_UNITS = 2;
  private static final int REFINEMENT = 8;
  // Ties let the optimum wander without gain: it is left where it then is.
  private static final int MOST_MOVES = 8;
  // A known neighbourhood saves the rounds that would find it.
  private static final int KNOWN = 64;
  // Relative change of what a unit of work holds at which it counts as settled.
  private static final double SETTLED = 1e-4;

  private static final int MOST_AVERAGED = 16;

  final Situation situation;
  final Valuation valuation;
  final Permits permits;
  final Costs costs;
  final Waits[] waits;

  /** Units by source; at least 1, so that each has shares. */
  final long[] demand;

  /** Units that each destination has room for beside its background. */
  final long[] room;

  final long[][] floors;

  private final boolean[] capped;

  /** Which prices of shedding and overload there are, in order: rank 1 is the first. */
  final double[] prices;

  private final int n;
  private final int m;
  private final int[] wayArcs;
  private final int[] firstSegments;
  private final int[] overloadArcs;
  private final int[] shedArcs;
  private final FlowNetwork first;

  private final Grid[] grids;
  private final long[] widths;
  private final long[] finest;
  private final long[] centres;
  private final int[] moves;
  private final boolean alike;

  /** Requests in a unit of work, by destination. */
  private final double[] density;

  /** Latency that a way costs more or less because its class is not the mean one there. */
  private final double[] latencies;

  private int averaged;

  Model(Situation situation, Valuation valuation, Map<String, Double> near) {
    this(situation, valuation, near, Costs.BITS);
  }

  /** With costs of so many bits, for an oracle that takes fewer. */
  Model(Situation situation, Valuation valuation, Map<String, Double> near, int bits) {
    this.situation = situation;
    this.valuation = valuation;
    n = situation.sources().size();
    m = situation.destinations().size();
    permits = new Permits(situation, valuation);
    waits = situation.destinations().stream().map(Waits::new).toArray(Waits[]::new);
    demand = situation.sources().stream().mapToLong(Model::units).toArray();
    capped = new boolean[m];
    room = room();
    floors = Floors.of(situation, valuation, permits, demand, room);
    prices = prices();
    alike =
        situation.sources().stream().mapToDouble(s -> s.workPerRequest()).distinct().count() < 2;
    density = new double[m];
    Arrays.fill(density, meanDensity());
    latencies = new double[n * m];
    grids = new Grid[m];
    widths = new long[m];
    finest = new long[m];
    centres = new long[m];
    moves = new int[m];
    for (int t = 0; t < m; t++) {
      startGrid(t, near.getOrDefault(situation.destinations().get(t).name(), Double.NaN));
    }
    costs = costs(bits);
    wayArcs = new int[n * m];
    firstSegments = new int[m];
    overloadArcs = new int[m];
    shedArcs = new int[n];
    first = build();
  }

  private static long units(Situation.Source source) {
    return Math.max(1, Math.round(source.rps() * source.workPerRequest() * UNITS_PER_RPS));
  }

  /** Up to the capacity or the ceiling, and no more than could come. */
  private long[] room() {
    long[] rooms = new long[m];
    long all = LongStream.of(demand).sum();
    for (int t = 0; t < m; t++) {
      Situation.Destination destination = situation.destinations().get(t);
      double nearest = Double.POSITIVE_INFINITY;
      for (int s = 0; s < n; s++) {
        if (permits.isOpen(s, t)) {
          nearest = Math.min(nearest, situation.way(s, t).nanos());
        }
      }
      double left = (destination.capacityRps() - destination.backgroundRps()) * UNITS_PER_RPS;
      long range = (long) Math.clamp(Math.floor(left), 0, (double) all);
      rooms[t] = range;
      if (valuation.ceilingNanos() < Double.POSITIVE_INFINITY) {
        rooms[t] = waits[t].reaching((valuation.ceilingNanos() - nearest) / 1e9, range);
        capped[t] = rooms[t] < range;
      }
    }
    return rooms;
  }

  private double[] prices() {
    TreeSet<Double> distinct = new TreeSet<>();
    distinct.add(valuation.overloadDollars());
    for (Situation.Source source : situation.sources()) {
      distinct.add(valuation.shedDollars(source.trafficClass()));
    }
    return distinct.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private int rank(double price) {
    return Arrays.binarySearch(prices, price) + 1;
  }

  private double meanDensity() {
    double requests = 0;
    double work = 0;
    for (Situation.Source source : situation.sources()) {
      // One more than it sends, so that there is a mean where nobody sends.
      requests += source.rps() + 1;
      work += (source.rps() + 1) * source.workPerRequest();
    }
    return work > 0 ? requests / work : 1;
  }

  private void startGrid(int t, double near) {
    finest[t] = Math.max(FINEST_UNITS, room[t] >> FINEST_SHIFT);
    widths[t] = Grid.evenWidth(room[t]);
    if (near >= 0 && widths[t] > finest[t]) {
      widths[t] = Math.max(finest[t], widths[t] / KNOWN);
      centres[t] = (long) Math.clamp(near * UNITS_PER_RPS, 0, (double) room[t]);
      grids[t] = Grid.around(centres[t], widths[t], room[t]);
    } else {
      grids[t] = Grid.even(room[t]);
    }
  }

  private Costs costs(int bits) {
    double seconds = 0;
    double dollars = 0;
    double dearest = alike ? meanDensity() : 0;
    for (Situation.Source source : situation.sources()) {
      dearest = Math.max(dearest, 1 / source.workPerRequest());
    }
    for (int t = 0; t < m; t++) {
      seconds = Math.max(seconds, dearest * waits[t].steepest(room[t], finest[t]));
    }
    for (int s = 0; s < n; s++) {
      double requests = 1 / situation.sources().get(s).workPerRequest();
      for (int t = 0; t < m; t++) {
        if (permits.isOpen(s, t)) {
          Situation.Way way = situation.way(s, t);
          // Classes that weigh differently move it by up to the wait; see latencies.
          double differs = alike ? 0 : dearest * waits[t].seconds(room[t]);
          seconds = Math.max(seconds, requests * way.nanos() / 1e9 + differs);
          dollars = Math.max(dollars, requests * way.dollars());
        }
      }
    }
    return new Costs(valuation, seconds, dollars, n, m, prices.length, bits);
  }

  private FlowNetwork build() {
    int nodes = n + m + 1;
    FlowNetwork.Builder builder =
        new FlowNetwork.Builder(nodes, n * m + m * (Grid.SEGMENTS + 1) + n);
    int sink = n + m;
    long all = 0;
    for (int s = 0; s < n; s++) {
      builder.supply(s, demand[s]);
      all += demand[s];
      for (int t = 0; t < m; t++) {
        wayArcs[s * m + t] =
            permits.isOpen(s, t)
                ? builder.arc(s, n + t, floors[s][t], demand[s], wayCost(s, t))
                : -1;
      }
    }
    builder.supply(sink, -all);
    for (int t = 0; t < m; t++) {
      long[] prices = segmentCosts(t);
      for (int i = 0; i < Grid.SEGMENTS; i++) {
        int arc = builder.arc(n + t, sink, grids[t].width(i), prices[i]);
        firstSegments[t] = i == 0 ? arc : firstSegments[t];
      }
      overloadArcs[t] =
          builder.arc(
              n + t,
              sink,
              FlowNetwork.UNBOUNDED,
              costs.ofRank(rank(valuation.overloadDollars())) + prices[Grid.SEGMENTS - 1]);
    }
    for (int s = 0; s < n; s++) {
      shedArcs[s] = builder.arc(s, sink, FlowNetwork.UNBOUNDED, costs.ofRank(shedRank(s)));
    }
    return builder.build();
  }

  int shedRank(int source) {
    return rank(valuation.shedDollars(situation.sources().get(source).trafficClass()));
  }

  long wayCost(int s, int t) {
    Situation.Way way = situation.way(s, t);
    double requests = 1 / situation.sources().get(s).workPerRequest();
    return costs.of(requests * way.nanos() / 1e9 + latencies[s * m + t], requests * way.dollars());
  }

  private long[] segmentCosts(int t) {
    long[] prices = new long[Grid.SEGMENTS];
    long before = 0;
    for (int i = 0; i < Grid.SEGMENTS; i++) {
      long from = grids[t].from(i);
      double seconds = density[t] * waits[t].marginal(from, Math.max(from + 1, grids[t].to(i)));
      // Where the curve is not convex, or rounding says so, as if it stayed as steep as it was.
      before = Math.max(before, costs.of(seconds, 0));
      prices[i] = before;
    }
    return prices;
  }

  FlowNetwork network() {
    return first;
  }

  /** The network with the grids, ways and limits as they are now. */
  FlowNetwork changed(FlowNetwork network) {
    FlowNetwork.Change change = network.change();
    for (int t = 0; t < m; t++) {
      long[] prices = segmentCosts(t);
      for (int i = 0; i < Grid.SEGMENTS; i++) {
        change.capacity(firstSegments[t] + i, grids[t].width(i));
        change.cost(firstSegments[t] + i, prices[i]);
      }
      change.cost(
          overloadArcs[t],
          costs.ofRank(rank(valuation.overloadDollars())) + prices[Grid.SEGMENTS - 1]);
    }
    for (int s = 0; s < n; s++) {
      for (int t = 0; t < m; t++) {
        int arc = wayArcs[s * m + t];
        if (arc >= 0 && !alike) {
          change.cost(arc, wayCost(s, t));
        }
        if (arc >= 0 && !permits.isOpen(s, t)) {
          change.bounds(arc, 0, 0);
        }
      }
    }
    return change.build();
  }

  /** Makes the model truer where the solution needs it; false if it is true enough. */
  boolean improve(FlowSolution solution) {
    boolean moved = false;
    for (int t = 0; t < m; t++) {
      moved |= refine(t, load(solution, t));
    }
    if (!alike && averaged < MOST_AVERAGED) {
      moved |= weigh(solution);
    }
    return moved || Ceiling.narrow(this, solution);
  }

  private boolean refine(int t, long load) {
    long even = Grid.evenWidth(room[t]);
    if (even <= finest[t] || isLinear(t)) {
      return false;
    }
    boolean found = Math.abs(load - centres[t]) <= Grid.FINE * widths[t] || widths[t] == even;
    if (found && widths[t] <= finest[t]) {
      return false;
    }
    if (found) {
      widths[t] = Math.max(finest[t], widths[t] / REFINEMENT);
    } else if (moves[t]++ == MOST_MOVES) {
      return false;
    }
    centres[t] = load;
    grids[t] = Grid.around(load, widths[t], room[t]);
    return true;
  }

  /** Whether latency does not depend on the load, so that every grid is exact. */
  private boolean isLinear(int t) {
    return waits[t].seconds(0) == waits[t].seconds(room[t]);
  }

  /** Takes from the solution how many requests a unit of work holds; false if that is settled. */
  private boolean weigh(FlowSolution solution) {
    boolean changed = false;
    averaged++;
    for (int t = 0; t < m; t++) {
      double background = situation.destinations().get(t).backgroundRps() * UNITS_PER_RPS;
      double requests = background;
      double work = background;
      for (int s = 0; s < n; s++) {
        long units = flow(solution, s, t);
        work += units;
        requests += units / situation.sources().get(s).workPerRequest();
      }
      double now = work > 0 ? requests / work : density[t];
      changed |= Math.abs(now - density[t]) > SETTLED * density[t];
      // Half way: what is dense attracts the dense, and whole steps could go to and fro.
      density[t] = (density[t] + now) / 2;
      double seconds = waits[t].seconds(load(solution, t));
      for (int s = 0; s < n; s++) {
        double own = 1 / situation.sources().get(s).workPerRequest();
        latencies[s * m + t] = seconds * (own - density[t]);
      }
    }
    return changed;
  }

  long flow(FlowSolution solution, int s, int t) {
    int arc = wayArcs[s * m + t];
    return arc < 0 ? 0 : solution.flow(arc);
  }

  long shed(FlowSolution solution, int s) {
    return solution.flow(shedArcs[s]);
  }

  long overload(FlowSolution solution, int t) {
    return solution.flow(overloadArcs[t]);
  }

  /** Units within a destination's room. */
  long load(FlowSolution solution, int t) {
    long load = 0;
    for (int i = 0; i < Grid.SEGMENTS; i++) {
      load += solution.flow(firstSegments[t] + i);
    }
    return load;
  }

  /** What the first unit to an empty destination costs there. */
  long firstCost(FlowSolution solution, int t) {
    for (int arc = firstSegments[t]; arc < overloadArcs[t]; arc++) {
      if (solution.network().capacity(arc) > 0) {
        return solution.network().cost(arc);
      }
    }
    return solution.network().cost(overloadArcs[t]);
  }

  /** The arc that a destination's last bit of capacity is. */
  int lastSegment(int t) {
    return firstSegments[t] + Grid.SEGMENTS - 1;
  }

  int wayArc(int s, int t) {
    return wayArcs[s * m + t];
  }

  int sources() {
    return n;
  }

  int destinations() {
    return m;
  }

  /** What a cost that is negative for a saving is in the operator's units. */
  Saving saving(long cost) {
    return Saving.of(costs.parts(cost), prices, valuation.dollarsPerRequestSecond());
  }

  /** Whether the ceiling leaves a destination less room than its capacity would. */
  boolean isCapped(int t) {
    return capped[t];
  }

  /** Gives a destination less room than it had. */
  void limit(int t, long units) {
    room[t] = units;
    capped[t] = true;
    widths[t] = Math.min(widths[t], Grid.evenWidth(units));
    centres[t] = Math.min(centres[t], units);
    grids[t] = Grid.around(centres[t], widths[t], units);
  }
}
