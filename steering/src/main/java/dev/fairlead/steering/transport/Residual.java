package dev.fairlead.steering.transport;

import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalLong;

/**
 * Where a flow could still go: an arc's room ahead, and back what it carries above its lower bound.
 * Along it the cost of an optimal flow changes by shortest paths, which reduced costs make
 * searchable by Dijkstra's algorithm: none is negative.
 */
final class Residual {
  private final FlowSolution solution;
  private final FlowNetwork network;
  private final Shape.Incidence incidence;

  Residual(FlowSolution solution) {
    this.solution = solution;
    network = solution.network();
    incidence = network.shape.incidence();
  }

  /** Adds to {@code nodes} all that can be reached from them, or all that can reach them. */
  void spread(BitSet nodes, boolean ahead) {
    int[] queue = new int[network.nodes()];
    int filled = 0;
    for (int node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
      queue[filled++] = node;
    }
    for (int taken = 0; taken < filled; taken++) {
      int node = queue[taken];
      for (int i = incidence.start[2 * node]; i < incidence.start[2 * node + 2]; i++) {
        int arc = incidence.arcs[i];
        int other = network.shape.other(arc, node);
        boolean leaves = i < incidence.start[2 * node + 1];
        if (!nodes.get(other) && room(arc, leaves == ahead) > 0) {
          nodes.set(other);
          queue[filled++] = other;
        }
      }
    }
  }

  private long room(int arc, boolean ahead) {
    return ahead ? solution.roomAhead(arc) : solution.roomBack(arc);
  }

  /** The costs of the cheapest paths with room for a unit from {@code from} to each node. */
  Distances from(int from) {
    NodeHeap heap = new NodeHeap(network.nodes());
    heap.offer(from, 0);
    long[] costs = new long[network.nodes()];
    Arrays.fill(costs, Distances.UNREACHED);
    while (!heap.isEmpty()) {
      int node = heap.poll();
      long distance = heap.distance(node);
      // In reduced costs, the same path is longer by the difference of the potentials of its ends.
      costs[node] = distance + solution.potential(node) - solution.potential(from);
      int middle = incidence.start[2 * node + 1];
      for (int i = incidence.start[2 * node]; i < incidence.start[2 * node + 2]; i++) {
        int arc = incidence.arcs[i];
        boolean leaves = i < middle;
        if (room(arc, leaves) > 0) {
          long reduced = solution.reduced(arc);
          heap.offer(network.shape.other(arc, node), distance + (leaves ? reduced : -reduced));
        }
      }
    }
    return new Distances(from, costs);
  }

  /** What one unit more from one node to each would cost. */
  static final class Distances {
    private static final long UNREACHED = Long.MAX_VALUE;

    final int from;
    private final long[] costs;

    private Distances(int from, long[] costs) {
      this.from = from;
      this.costs = costs;
    }

    OptionalLong to(int node) {
      return costs[node] == UNREACHED ? OptionalLong.empty() : OptionalLong.of(costs[node]);
    }
  }

  /**
   * Nodes by their distance, nearest first, each once: a binary heap that knows where each node is.
   */
  private static final class NodeHeap {
    private static final int UNSEEN = -1;
    private static final int DONE = -2;

    private final int[] heap;
    private final int[] place;
    private final long[] distance;
    private int size;

    NodeHeap(int nodes) {
      heap = new int[nodes];
      place = new int[nodes];
      distance = new long[nodes];
      Arrays.fill(place, UNSEEN);
    }

    boolean isEmpty() {
      return size == 0;
    }

    long distance(int node) {
      return distance[node];
    }

    void offer(int node, long at) {
      if (place[node] == UNSEEN) {
        place[node] = size++;
      } else if (place[node] == DONE || distance[node] <= at) {
        return;
      }
      distance[node] = at;
      int hole = place[node];
      while (hole > 0 && distance[heap[(hole - 1) / 2]] > at) {
        put(hole, heap[(hole - 1) / 2]);
        hole = (hole - 1) / 2;
      }
      put(hole, node);
    }

    int poll() {
      int first = heap[0];
      place[first] = DONE;
      int moved = heap[--size];
      if (size > 0) {
        sink(moved);
      }
      return first;
    }

    private void sink(int node) {
      int hole = 0;
      while (2 * hole + 1 < size) {
        int child = 2 * hole + 1;
        if (child + 1 < size && distance[heap[child + 1]] < distance[heap[child]]) {
          child++;
        }
        if (distance[heap[child]] >= distance[node]) {
          break;
        }
        put(hole, heap[child]);
        hole = child;
      }
      put(hole, node);
    }

    private void put(int hole, int node) {
      heap[hole] = node;
      place[node] = hole;
    }
  }
}
