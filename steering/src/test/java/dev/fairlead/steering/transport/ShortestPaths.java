package dev.fairlead.steering.transport;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * The slow oracle: min-cost flow by successive shortest paths with Bellman and Ford's search, which
 * shares nothing with the network simplex. Arcs of negative cost start full, so they need a
 * capacity.
 */
final class ShortestPaths {
  private static final long FAR = Long.MAX_VALUE / 4;

  private final FlowNetwork network;
  private final long[] flow;
  private final long[] excess;

  private ShortestPaths(FlowNetwork network) {
    this.network = network;
    flow = new long[network.arcs()];
    excess = new long[network.nodes()];
    for (int node = 0; node < excess.length; node++) {
      excess[node] = network.supply(node);
    }
    for (int arc = 0; arc < flow.length; arc++) {
      push(arc, network.cost(arc) < 0 ? network.capacity(arc) : network.lower(arc));
    }
  }

  /** The least cost; empty if the network is infeasible. */
  static Optional<BigInteger> leastCost(FlowNetwork network) {
    ShortestPaths paths = new ShortestPaths(network);
    return paths.route() ? Optional.of(paths.cost()) : Optional.empty();
  }

  private void push(int arc, long units) {
    flow[arc] += units;
    excess[network.from(arc)] -= units;
    excess[network.to(arc)] += units;
  }

  private boolean route() {
    for (int source = 0; source < excess.length; source++) {
      while (excess[source] > 0) {
        if (!augment(source)) {
          return false;
        }
      }
    }
    return Arrays.stream(excess).allMatch(each -> each == 0);
  }

  private boolean augment(int source) {
    long[] distance = new long[excess.length];
    int[] by = new int[excess.length];
    Arrays.fill(distance, FAR);
    Arrays.fill(by, -1);
    distance[source] = 0;
    for (boolean moved = true; moved; ) {
      moved = false;
      for (int arc = 0; arc < flow.length; arc++) {
        int from = network.from(arc);
        int to = network.to(arc);
        long cost = network.cost(arc);
        if (distance[from] < FAR
            && flow[arc] < network.capacity(arc)
            && distance[from] + cost < distance[to]) {
          distance[to] = distance[from] + cost;
          by[to] = arc;
          moved = true;
        }
        if (distance[to] < FAR
            && flow[arc] > network.lower(arc)
            && distance[to] - cost < distance[from]) {
          distance[from] = distance[to] - cost;
          by[from] = arc;
          moved = true;
        }
      }
    }
    int sink = -1;
    for (int node = 0; node < excess.length; node++) {
      if (excess[node] < 0
          && distance[node] < FAR
          && (sink < 0 || distance[node] < distance[sink])) {
        sink = node;
      }
    }
    if (sink < 0) {
      return false;
    }
    long units = Math.min(excess[source], -excess[sink]);
    for (int at = sink; at != source; at = back(by[at], at)) {
      int arc = by[at];
      boolean ahead = network.to(arc) == at;
      units =
          Math.min(
              units, ahead ? network.capacity(arc) - flow[arc] : flow[arc] - network.lower(arc));
    }
    for (int at = sink; at != source; ) {
      int arc = by[at];
      int before = back(arc, at);
      push(arc, network.to(arc) == at ? units : -units);
      at = before;
    }
    return true;
  }

  private int back(int arc, int node) {
    return network.to(arc) == node ? network.from(arc) : network.to(arc);
  }

  private BigInteger cost() {
    BigInteger sum = BigInteger.ZERO;
    for (int arc = 0; arc < flow.length; arc++) {
      sum = sum.add(BigInteger.valueOf(flow[arc]).multiply(BigInteger.valueOf(network.cost(arc))));
    }
    return sum;
  }
}
