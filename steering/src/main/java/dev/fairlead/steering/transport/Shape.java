package dev.fairlead.steering.transport;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who is joined to whom: the nodes and arcs of a network without its numbers. Networks that differ
 * in numbers only share it, and a basis of one is a basis of the other.
 */
final class Shape {
  final int nodes;
  final int[] from;
  final int[] to;
  private @Nullable Incidence incidence;

  Shape(int nodes, int[] from, int[] to) {
    this.nodes = nodes;
    this.from = from;
    this.to = to;
  }

  int arcs() {
    return from.length;
  }

  /** The end of {@code arc} that is not {@code node}. */
  int other(int arc, int node) {
    return from[arc] ^ to[arc] ^ node;
  }

  boolean same(Shape that) {
    return nodes == that.nodes && Arrays.equals(from, that.from) && Arrays.equals(to, that.to);
  }

  /**
   * The arcs at each node; made when first asked for, since a cold solve needs none. Two threads
   * may both make it: they make the same.
   */
  Incidence incidence() {
    Incidence known = incidence;
    if (known == null) {
      known = new Incidence(this);
      incidence = known;
    }
    return known;
  }

  /**
   * The arcs at each node, first those that leave it, then those that enter it: {@code
   * arcs[start[2v]]} to {@code arcs[start[2v+1]-1]} leave {@code v}, and from there to {@code
   * arcs[start[2v+2]-1]} enter it.
   */
  static final class Incidence {
    final int[] start;
    final int[] arcs;

    private Incidence(Shape shape) {
      int count = shape.arcs();
      start = new int[2 * shape.nodes + 1];
      arcs = new int[2 * count];
      for (int arc = 0; arc < count; arc++) {
        start[2 * shape.from[arc] + 1]++;
        start[2 * shape.to[arc] + 2]++;
      }
      for (int i = 1; i < start.length; i++) {
        start[i] += start[i - 1];
      }
      int[] next = start.clone();
      for (int arc = 0; arc < count; arc++) {
        arcs[next[2 * shape.from[arc]]++] = arc;
        arcs[next[2 * shape.to[arc] + 1]++] = arc;
      }
    }
  }
}
