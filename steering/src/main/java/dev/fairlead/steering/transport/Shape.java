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

  /** Whether any arc enters a node. */
  final boolean[] entered;

  final Blocks blocks;
  private @Nullable Incidence incidence;

  Shape(int nodes, int[] from, int[] to) {
    this.nodes = nodes;
    this.from = from;
    this.to = to;
    entered = new boolean[nodes];
    for (int head : to) {
      entered[head] = true;
    }
    blocks = new Blocks(nodes, from);
  }

  int arcs() {
    return from.length;
  }

  /** The end of {@code arc} that is not {@code node}. */
  int other(int arc, int node) {
    return from[arc] ^ to[arc] ^ node;
  }

  boolean same(Shape that) {
    return this == that
        || (nodes == that.nodes && Arrays.equals(from, that.from) && Arrays.equals(to, that.to));
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
   * Arcs in groups, of which a simplex prices one after the other and takes the best of each: the
   * arcs that leave a node where those follow each other, else any √arcs. By node each gets its
   * turn, so that a destination with five arcs to the sink is not drowned by sources with a
   * thousand: with a convex sink a transport problem is then solved twenty times as fast.
   */
  static final class Blocks {
    /** Larger blocks make better pivots, and dearer ones; below this no pivot gets cheaper. */
    private static final int SMALLEST = 64;

    /** Where each block ends; the next one starts there. */
    final int[] ends;

    /** Whether no block has arcs from two nodes. */
    final boolean byNode;

    private Blocks(int nodes, int[] from) {
      int count = from.length;
      int turns = 0;
      for (int arc = 1; arc < count; arc++) {
        turns += from[arc] == from[arc - 1] ? 0 : 1;
      }
      byNode = turns <= 4L * nodes;
      int most = Math.max(SMALLEST, (int) Math.sqrt(count));
      int[] all = new int[(byNode ? turns : 0) + count / most + 1];
      int blocks = 0;
      int start = 0;
      for (int arc = 1; arc <= count; arc++) {
        if (arc == count || arc - start == most || (byNode && from[arc] != from[start])) {
          all[blocks++] = arc;
          start = arc;
        }
      }
      ends = Arrays.copyOf(all, blocks);
    }
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
