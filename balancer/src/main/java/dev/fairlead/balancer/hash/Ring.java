package dev.fairlead.balancer.hash;

import java.util.Arrays;
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

  /** Of points that come and go, one in so many of the ring's; with more, sorting is as fast. */
  private static final int LEAST_KEPT = 8;

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

  /** At least one point, in any order; those at one place come to be ordered by their owner. */
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
    return (long) leaving + coming <= points.length / LEAST_KEPT
        && total <= (long) MOST_POINTS_PER_ARC * arcs.length
        && total >= arcs.length / MOST_ARCS_PER_POINT;
  }

  /**
   * This ring without some of its points and with others: what lies between two of them is copied
   * as it is.
   *
   * @param leaving points of this ring; are sorted
   * @param coming are sorted
   * @return empty if one of them shares its place with another point, for then their order depends
   *     on more than the points. With 512 points among 256 000 that happens in one of 100 000
   *     changes.
   */
  Optional<Ring> with(long[] leaving, long[] coming) {
    sort(leaving);
    sort(coming);
    int total = points.length - leaving.length + coming.length;
    long[] nextPoints = new long[total];
    int[] nextArcs = new int[arcs.length];
    int read = 0;
    int written = 0;
    int arc = 0;
    int left = 0;
    int come = 0;
    while (left < leaving.length || come < coming.length) {
      boolean comes =
          left == leaving.length
              || (come < coming.length && Long.compareUnsigned(coming[come], leaving[left]) < 0);
      long point = comes ? coming[come] : leaving[left];
      int at = firstFrom(point & ~OWNER_MASK);
      int after = comes ? at : at + 1;
      if (isAt(place(point), points, after)
          || isAt(place(point), leaving, comes ? left : left + 1)
          || isAt(place(point), coming, comes ? come + 1 : come)) {
        return Optional.empty();
      }
      // Of the arcs up to this one the beginning moved by what came and left before.
      arc = shift(nextArcs, arc, arc(point) + 1, come - left);
      System.arraycopy(points, read, nextPoints, written, at - read);
      written += at - read;
      read = after;
      if (comes) {
        nextPoints[written++] = point;
        come++;
      } else {
        left++;
      }
    }
    shift(nextArcs, arc, arcs.length, come - left);
    System.arraycopy(points, read, nextPoints, written, points.length - read);
    return Optional.of(new Ring(nextPoints, nextArcs, arcShift));
  }

  /** Ascending without a sign. */
  private static void sort(long[] few) {
    for (int i = 0; i < few.length; i++) {
      few[i] ^= Long.MIN_VALUE;
    }
    Arrays.sort(few);
    for (int i = 0; i < few.length; i++) {
      few[i] ^= Long.MIN_VALUE;
    }
  }

  private static boolean isAt(long place, long[] points, int at) {
    return at < points.length && place(points[at]) == place;
  }

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
