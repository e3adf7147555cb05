package dev.fairlead.balancer.hash;

import java.util.Optional;

/**
 * Points in the order of their places, with an index of equal arcs that have about a point each: so
 * making it sorts within arcs alone, and finding a place reads an arc and a point or two however
 * large the ring is. Not to be changed, as its arrays are shared.
 *
 * <p>A point is a long: its place without a sign, of which the lowest bits are given up to tell
 * whose it is.
 */
final class Ring {
  /** Bits of a point that say whose it is. */
  static final int OWNER_BITS = Members.RANK_BITS;

  static final long OWNER_MASK = (1L << OWNER_BITS) - 1;

  /**
   * Changes of up to an eighth of the points are merged. Of 256 000 that takes 0.2 ms and 50 ns for
   * each that changes, and making the ring anew some 2 ms: so at a fifth they would be even.
   */
  private static final int POINTS_PER_CHANGE = 8;

  /** A ring is made with half to one; changes may take it twice as far from that. */
  private static final int MOST_POINTS_PER_ARC = 2;

  private static final int MOST_ARCS_PER_POINT = 4;

  /** Ascending by place. */
  private final long[] points;

  /** Where each arc's points begin; one more for the end of the last. */
  private final int[] arcs;

  /** By which a place's highest bits become the number of its arc. */
  private final int arcShift;

  private Ring(long[] points, int[] arcs, int arcShift) {
    this.points = points;
    this.arcs = arcs;
    this.arcShift = arcShift;
  }

  long[] points() {
    return points;
  }

  int[] arcs() {
    return arcs;
  }

  int arcShift() {
    return arcShift;
  }

  /** Points in any order; those at one place come to be ordered by their owner. */
  static Ring of(long[] unsorted) {
    int arcBits = Integer.SIZE - Integer.numberOfLeadingZeros(unsorted.length);
    int[] arcs = new int[(1 << arcBits) + 1];
    long[] points = new long[unsorted.length];
    Ring ring = new Ring(points, arcs, Long.SIZE - arcBits);
    ring.distribute(unsorted);
    ring.sortWithinArcs();
    return ring;
  }

  private void distribute(long[] unsorted) {
    // An arc's count, and then where its next point goes, stands at the arc after it.
    for (long point : unsorted) {
      arcs[arc(point) + 1]++;
    }
    int before = 0;
    for (int arc = 1; arc < arcs.length; arc++) {
      int count = arcs[arc];
      arcs[arc] = before;
      before += count;
    }
    for (long point : unsorted) {
      points[arcs[arc(point) + 1]++] = point;
    }
  }

  /**
   * By insertion over all points at once: since the arcs are in order, none moves out of its own,
   * which has about one. One loop for all takes half the time of a loop for each arc.
   */
  private void sortWithinArcs() {
    for (int next = 1; next < points.length; next++) {
      long point = points[next];
      int at = next;
      for (; at > 0 && Long.compareUnsigned(points[at - 1], point) > 0; at--) {
        points[at] = points[at - 1];
      }
      points[at] = point;
    }
  }

  /**
   * Whether {@link #with} is the faster way to change so many points, and finding a place stays as
   * fast, since the arcs stay as many.
   */
  boolean canChange(int leaving, int coming) {
    long total = (long) points.length - leaving + coming;
    return (long) leaving + coming <= points.length / POINTS_PER_CHANGE
        && total <= (long) MOST_POINTS_PER_ARC * arcs.length
        && total >= arcs.length / MOST_ARCS_PER_POINT;
  }

  /**
   * This ring without some of its points and with others: what lies between two of them is copied
   * as it is.
   *
   * @param leaving points of this ring, in any order
   * @param coming in any order
   * @return empty if one of them shares its place with another point, for then their order depends
   *     on more than the points. With 512 points among 256 000 that happens in one of 100 000
   *     changes.
   */
  Optional<Ring> with(long[] leaving, long[] coming) {
    long[] out = of(leaving).points;
    long[] in = of(coming).points;
    long[] nextPoints = new long[points.length - out.length + in.length];
    int[] nextArcs = new int[arcs.length];
    int gone = 0;
    int come = 0;
    int read = 0;
    int arc = 0;
    while (gone < out.length || come < in.length) {
      boolean comes =
          gone == out.length || (come < in.length && Long.compareUnsigned(in[come], out[gone]) < 0);
      long point = comes ? in[come] : out[gone];
      int at = firstFrom(point & ~OWNER_MASK);
      // What lies before this point, and so where the arcs up to its own begin, moves by that.
      int by = come - gone;
      System.arraycopy(points, read, nextPoints, read + by, at - read);
      arc = shift(nextArcs, arc, arc(point) + 1, by);
      if (comes) {
        nextPoints[at + by] = point;
        read = at;
        come++;
      } else {
        read = at + 1;
        gone++;
      }
      long place = place(point);
      if (isAt(place, points, read) || isAt(place, out, gone) || isAt(place, in, come)) {
        return Optional.empty();
      }
    }
    System.arraycopy(points, read, nextPoints, read + come - gone, points.length - read);
    shift(nextArcs, arc, arcs.length, come - gone);
    return Optional.of(new Ring(nextPoints, nextArcs, arcShift));
  }

  private static boolean isAt(long place, long[] points, int at) {
    return at < points.length && place(points[at]) == place;
  }

  /**
   * @return the arc to go on with
   */
  private int shift(int[] nextArcs, int from, int end, int by) {
    for (int arc = from; arc < end; arc++) {
      nextArcs[arc] = arcs[arc] + by;
    }
    return Math.max(from, end);
  }

  /** Index of the first point whose place is not before this one; as many as there are if none. */
  private int firstFrom(long place) {
    int at = arcs[arc(place)];
    while (at < points.length && Long.compareUnsigned(points[at], place) < 0) {
      at++;
    }
    return at;
  }

  private static long place(long point) {
    return point >>> OWNER_BITS;
  }

  private int arc(long point) {
    return (int) (point >>> arcShift);
  }
}
