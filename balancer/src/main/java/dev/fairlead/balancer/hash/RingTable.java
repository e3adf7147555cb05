package dev.fairlead.balancer.hash;

/**
 * A consistent ring: a key belongs to the first point at or after it. Point k of a member lies at
 * XXH64(k) seeded with XXH64 of its identity, so it stays where it is whoever else is there: while
 * the number of points of each other member stays, as it does with equal weights, only the keys of
 * one that left move.
 *
 * <p>The points are packed into longs, 44 bits of place above 20 of rank, and found through an
 * index of equal arcs with a point or less each. So building it sorts within arcs alone, and a
 * look-up reads an arc and a point or two however large the ring is.
 */
final class RingTable implements HashTable {
  private static final long RANK_MASK = (1L << Members.RANK_BITS) - 1;

  private final Members members;

  /** Place and rank, ascending without a sign. */
  private final long[] points;

  /** Where each arc's points begin; one more for the end of the last. */
  private final int[] arcs;

  /** By which a place's highest bits become the number of its arc. */
  private final int arcShift;

  RingTable(Members members, int size) {
    if (size < 1 || size > MOST_RING_POINTS) {
      throw new IllegalArgumentException(
          "a ring of " + size + " points is outside 1…" + MOST_RING_POINTS);
    }
    this.members = members;
    int[] counts = apportion(members, size);
    int total = 0;
    for (int count : counts) {
      total += count;
    }
    int arcBits = 32 - Integer.numberOfLeadingZeros(total);
    this.arcShift = Long.SIZE - arcBits;
    this.arcs = new int[(1 << arcBits) + 1];
    this.points = new long[total];
    distribute(unsorted(counts, total));
    sortWithinArcs();
  }

  /** Points of each rank, the nearest whole number but at least one. */
  private static int[] apportion(Members members, int size) {
    double sum = 0;
    for (int rank = 0; rank < members.count(); rank++) {
      sum += members.weight(rank);
    }
    int[] counts = new int[members.count()];
    for (int rank = 0; rank < counts.length; rank++) {
      counts[rank] = (int) Math.max(1, Math.round(members.weight(rank) / sum * size));
    }
    return counts;
  }

  /** All points, counted by arc as they are made: each arc's count stands at the arc after it. */
  private long[] unsorted(int[] counts, int total) {
    long[] unsorted = new long[total];
    int next = 0;
    for (int rank = 0; rank < counts.length; rank++) {
      long seed = members.hash(rank);
      for (int number = 0; number < counts[rank]; number++) {
        long point = (XxHash64.hash(number, seed) & ~RANK_MASK) | rank;
        unsorted[next++] = point;
        arcs[arc(point) + 1]++;
      }
    }
    return unsorted;
  }

  private void distribute(long[] unsorted) {
    int before = 0;
    // From here on an arc's entry is where its next point goes, found at the arc after it.
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

  private int arc(long place) {
    return (int) (place >>> arcShift);
  }

  @Override
  public int start(long key) {
    // Without its rank bits the key is not behind a point at its own place, whoever holds that.
    long place = key & ~RANK_MASK;
    int at = arcs[arc(place)];
    while (at < points.length && Long.compareUnsigned(points[at], place) < 0) {
      at++;
    }
    return at < points.length ? at : 0;
  }

  @Override
  public int member(int position) {
    return members.index((int) (points[position] & RANK_MASK));
  }

  @Override
  public int after(long key, int position) {
    long place = key & ~RANK_MASK;
    int next = position + 1;
    boolean behind = Long.compareUnsigned(points[position], place) < 0;
    if (next == points.length) {
      // All points are behind the key: it began at the first, and this was the last.
      return behind ? -1 : wrapped(place);
    }
    // The start is the point at or after the key whose predecessor is behind it.
    return behind && Long.compareUnsigned(points[next], place) >= 0 ? -1 : next;
  }

  /** The first point, unless the key began there. */
  private int wrapped(long place) {
    return Long.compareUnsigned(points[0], place) >= 0 ? -1 : 0;
  }

  /** How many points there are. */
  int size() {
    return points.length;
  }
}
