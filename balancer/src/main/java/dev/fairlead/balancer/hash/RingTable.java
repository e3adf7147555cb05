package dev.fairlead.balancer.hash;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A consistent ring: a key belongs to the first point at or after it. Point k of a member lies at
 * XXH64(k) seeded with XXH64 of its identity, so it stays where it is whoever else is there: while
 * the number of points of each other member stays, as it does with equal weights, only the keys of
 * one that left move.
 *
 * <p>A point says whose it is by a slot, which a member keeps while it is there and which is given
 * to another afterwards. So a table made from another takes over the points of who stayed as they
 * are, whatever became of their ranks and indexes.
 */
final class RingTable implements HashTable {
  /** How many points there are to be of so many members. */
  private final IntUnaryOperator size;

  private final Members members;

  /** Points of each rank. */
  private final int[] counts;

  /** Slot of each rank. */
  private final int[] slots;

  private final Ring ring;

  /** Index of the member with each slot; of no meaning where the slot is free. */
  private final int[] indexes;

  // Those of the ring, since a look-up waits for each reference that it follows.
  private final long[] points;
  private final int[] arcs;
  private final int arcShift;

  private RingTable(
      IntUnaryOperator size, Members members, int[] counts, int[] slots, int bound, Ring ring) {
    this.size = size;
    this.members = members;
    this.counts = counts;
    this.slots = slots;
    this.ring = ring;
    this.indexes = new int[bound];
    for (int rank = 0; rank < slots.length; rank++) {
      indexes[slots[rank]] = members.index(rank);
    }
    this.points = ring.points();
    this.arcs = ring.arcs();
    this.arcShift = ring.arcShift();
  }

  /**
   * @param size points of all members but for rounding, given how many members there are; 1…2²⁰
   */
  static RingTable of(Members members, IntUnaryOperator size) {
    return of(members, size, apportion(members, size.applyAsInt(members.count())));
  }

  /** Of members whose slots are their ranks, which orders points at one place by rank. */
  private static RingTable of(Members members, IntUnaryOperator size, int[] counts) {
    int[] slots = new int[counts.length];
    long[] points = new long[Arrays.stream(counts).sum()];
    int next = 0;
    for (int rank = 0; rank < counts.length; rank++) {
      slots[rank] = rank;
      next = addPoints(points, next, members.hash(rank), 0, counts[rank], rank);
    }
    return new RingTable(size, members, counts, slots, slots.length, Ring.of(points));
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

  /**
   * The member's points from number {@code first} up to, and not with, {@code end}.
   *
   * @return index after the last one
   */
  private static int addPoints(long[] points, int at, long seed, int first, int end, int slot) {
    for (int number = first; number < end; number++) {
      points[at + number - first] = (XxHash64.hash(number, seed) & ~Ring.OWNER_MASK) | slot;
    }
    return at + end - first;
  }

  @Override
  public RingTable with(List<String> identities, double[] weights) {
    Members next = new Members(identities, weights);
    int[] nextCounts = apportion(next, size.applyAsInt(next.count()));
    int[] former = next.ranksIn(members);
    // Points of each former rank that stay: the first ones of who stayed, and so at least one.
    int[] staying = new int[counts.length];
    for (int rank = 0; rank < former.length; rank++) {
      if (former[rank] >= 0) {
        staying[former[rank]] = Math.min(nextCounts[rank], counts[former[rank]]);
      }
    }
    int kept = Arrays.stream(staying).sum();
    int leaving = points.length - kept;
    int coming = Arrays.stream(nextCounts).sum() - kept;
    if (!ring.canChange(leaving, coming)) {
      return of(next, size, nextCounts);
    }
    int[] nextSlots = slots(former);
    int bound = Math.max(indexes.length, former.length);
    if (leaving == 0 && coming == 0) {
      return new RingTable(size, next, nextCounts, nextSlots, bound, ring);
    }
    return ring.with(leaving(staying, leaving), coming(next, nextCounts, former, nextSlots, coming))
        .map(changed -> new RingTable(size, next, nextCounts, nextSlots, bound, changed))
        .orElseGet(() -> of(next, size, nextCounts));
  }

  /** The slot of each rank: who stayed keeps theirs, and who is new has the lowest free one. */
  private int[] slots(int[] former) {
    BitSet taken = new BitSet(indexes.length);
    int[] next = new int[former.length];
    for (int rank = 0; rank < former.length; rank++) {
      if (former[rank] >= 0) {
        next[rank] = slots[former[rank]];
        taken.set(next[rank]);
      }
    }
    int free = -1;
    for (int rank = 0; rank < former.length; rank++) {
      if (former[rank] < 0) {
        free = taken.nextClearBit(free + 1);
        next[rank] = free;
      }
    }
    return next;
  }

  private long[] leaving(int[] staying, int total) {
    long[] leaving = new long[total];
    int at = 0;
    for (int rank = 0; rank < counts.length; rank++) {
      at = addPoints(leaving, at, members.hash(rank), staying[rank], counts[rank], slots[rank]);
    }
    return leaving;
  }

  private long[] coming(Members next, int[] nextCounts, int[] former, int[] nextSlots, int total) {
    long[] coming = new long[total];
    int at = 0;
    for (int rank = 0; rank < nextCounts.length; rank++) {
      int had = former[rank] >= 0 ? Math.min(counts[former[rank]], nextCounts[rank]) : 0;
      at = addPoints(coming, at, next.hash(rank), had, nextCounts[rank], nextSlots[rank]);
    }
    return coming;
  }

  @Override
  public RendezvousTable scores() {
    return new RendezvousTable(members);
  }

  @Override
  public int start(long key) {
    // Without its owner's bits the key is not behind a point at its own place, whoever holds that.
    long place = key & ~Ring.OWNER_MASK;
    int at = arcs[(int) (place >>> arcShift)];
    while (at < points.length && Long.compareUnsigned(points[at], place) < 0) {
      at++;
    }
    return at < points.length ? at : 0;
  }

  @Override
  public int member(int position) {
    return indexes[(int) (points[position] & Ring.OWNER_MASK)];
  }

  @Override
  public int after(long key, int position) {
    long place = key & ~Ring.OWNER_MASK;
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

  /** The points with their owners' slots replaced by their indexes. */
  long[] pointsByIndex() {
    return Arrays.stream(points)
        .map(point -> (point & ~Ring.OWNER_MASK) | indexes[(int) (point & Ring.OWNER_MASK)])
        .toArray();
  }

  /** How many points there are. */
  int size() {
    return points.length;
  }
}
