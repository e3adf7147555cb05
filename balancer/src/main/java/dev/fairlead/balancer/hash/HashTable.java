package dev.fairlead.balancer.hash;

import java.util.List;

/**
 * Where a key belongs among n members, and where to go next if that one will not do. Immutable, for
 * any thread; a look-up allocates nothing.
 *
 * <p>A key is a hash that is uniform over all longs: hash what is not. For each key the positions
 * are in an order of preference, which {@link #start} and {@link #after} walk; so a member that is
 * down or full is passed by without moving the keys of others:
 *
 * <pre>{@code
 * for (int at = table.start(key); at >= 0; at = table.after(key, at)) {
 *   if (willDo(table.member(at))) {
 *     return table.member(at);
 *   }
 * }
 * }</pre>
 *
 * <p>Members are known by identities, which are their address or whatever else names them for good:
 * the same identities and weights give the same owners everywhere, in whatever order they come.
 */
public interface HashTable {
  /** Points on a ring for each member, on average: shares are then within some 6 % (1/√256). */
  int RING_POINTS_PER_MEMBER = 256;

  /** With few members a ring has at least so many points. */
  int LEAST_RING_POINTS = 1024;

  /** A ring's size is bounded to some 16 MiB. */
  int MOST_RING_POINTS = 1 << 20;

  /** Prime, and about 100 slots for each of 650 members; as in the paper and in Envoy. */
  int MAGLEV_SLOTS = 65_537;

  /** The largest Maglev table: 20 MB. As in Envoy. */
  int MOST_MAGLEV_SLOTS = 5_000_011;

  /** The position that the key likes best. */
  int start(long key);

  /** Index, in the order that the members were given in, of the member at a position. */
  int member(int position);

  /**
   * The next position in the key's order of preference. It may belong to a member that was passed
   * already; going on to the end passes each member at least once.
   *
   * @param position what {@link #start} or this method returned for the same key
   * @return −1 when all positions were gone through
   */
  int after(long key, int position);

  /**
   * A table of the same kind with other members, of the size that was asked for this one: the
   * default where none was. It has the owners and the order of preference that a table made of them
   * alone has, but is made sooner where it can take over something of this one, which stays as it
   * is. A ring does while no more than an eighth of its points come and go.
   *
   * @param identities as for this table, in any order
   * @param weights as for this table, in that order
   */
  HashTable with(List<String> identities, double[] weights);

  /** How much a key likes each of these members, in an order of preference that is its own. */
  RendezvousTable scores();

  /**
   * A consistent ring (Karger et al., "Consistent Hashing and Random Trees", 1997) of the default
   * size: 256 points a member on average, at least 1024, at most 2²⁰.
   *
   * @param identities at least one, none twice, at most 2²⁰
   * @param weights of the members in that order: finite, above 0
   */
  static HashTable ring(List<String> identities, double[] weights) {
    return RingTable.of(
        new Members(identities, weights),
        count ->
            Math.clamp((long) RING_POINTS_PER_MEMBER * count, LEAST_RING_POINTS, MOST_RING_POINTS));
  }

  /**
   * A ring on which each member has points in proportion to its weight, and at least one.
   *
   * @param points of all members but for rounding, 1…2²⁰
   */
  static HashTable ring(List<String> identities, double[] weights, int points) {
    if (points < 1 || points > MOST_RING_POINTS) {
      throw new IllegalArgumentException(
          "a ring of " + points + " points is outside 1…" + MOST_RING_POINTS);
    }
    return RingTable.of(new Members(identities, weights), unused -> points);
  }

  /** {@link #maglev(List, double[], int)} with {@link #MAGLEV_SLOTS}. */
  static HashTable maglev(List<String> identities, double[] weights) {
    return maglev(identities, weights, MAGLEV_SLOTS);
  }

  /**
   * A permutation table (Eisenbud et al., "Maglev", NSDI 2016) on which each member has slots in
   * proportion to its weight, and at least one. Shares are exact to a slot; when a member leaves, a
   * few per cent of the others' keys move with it.
   *
   * @param slots prime, no fewer than members, at most {@link #MOST_MAGLEV_SLOTS}
   */
  static HashTable maglev(List<String> identities, double[] weights, int slots) {
    return new MaglevTable(new Members(identities, weights), slots);
  }

  /** {@link RendezvousTable}: exact shares and least movement, for a look-up that sees them all. */
  static RendezvousTable rendezvous(List<String> identities, double[] weights) {
    return new RendezvousTable(new Members(identities, weights));
  }
}
