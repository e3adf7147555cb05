package dev.fairlead.balancer.hash;

import java.util.List;

/**
 * Highest random weight (Thaler and Ravishankar, 1998): a key belongs to the member with the
 * highest score for it, which is −w/ln(u), u being their common hash in (0, 1) (Schindelhauer and
 * Schomaker, 2005, from which the shares are exactly the weights). A position is a member's rank.
 * Each step looks at all members, so for walking far prefer another table.
 */
public final class RendezvousTable implements HashTable {
  /** Of u: with half a unit added they still fit a double, so that u is neither 0 nor 1. */
  private static final int BITS = 52;

  /** More than what rounding may have put a score above its upper bound by. */
  private static final double MARGIN = 1 - 1e-12;

  private final Members members;
  private final boolean equal;
  private final int[] ranks;

  RendezvousTable(Members members) {
    this.members = members;
    this.equal = members.weightsAreEqual();
    this.ranks = new int[members.count()];
    for (int rank = 0; rank < ranks.length; rank++) {
      ranks[members.index(rank)] = rank;
    }
  }

  /**
   * How much a key likes a member: the one with the highest score has it.
   *
   * @param member index in the order given
   * @return at least 0; to be compared with other scores of this table alone
   */
  public double score(long key, int member) {
    int rank = ranks[member];
    return score(rank, uniform(key, rank));
  }

  private double uniform(long key, int rank) {
    return ((XxHash64.hash(key, members.hash(rank)) >>> (Long.SIZE - BITS)) + 0.5) * 0x1.0p-52;
  }

  /** With equal weights u itself, which orders them as −w/ln(u) does. */
  private double score(int rank, double u) {
    return equal ? u : -members.weight(rank) / Math.log(u);
  }

  /** Since ln(u) ≤ u − 1 a score is at most w/(1 − u), for which there is no logarithm to take. */
  private boolean maySurpass(double score, int rank, double u) {
    return equal || members.weight(rank) >= score * (1 - u) * MARGIN;
  }

  @Override
  public RendezvousTable with(List<String> identities, double[] weights) {
    return new RendezvousTable(new Members(identities, weights));
  }

  @Override
  public RendezvousTable scores() {
    return this;
  }

  @Override
  public int start(long key) {
    int best = 0;
    double highest = -1;
    for (int rank = 0; rank < ranks.length; rank++) {
      double u = uniform(key, rank);
      if (maySurpass(highest, rank, u)) {
        double score = score(rank, u);
        if (score > highest) {
          highest = score;
          best = rank;
        }
      }
    }
    return best;
  }

  @Override
  public int member(int position) {
    return members.index(position);
  }

  @Override
  public int after(long key, int position) {
    double last = score(position, uniform(key, position));
    int best = -1;
    double highest = -1;
    for (int rank = 0; rank < ranks.length; rank++) {
      double u = uniform(key, rank);
      if (maySurpass(highest, rank, u)) {
        double score = score(rank, u);
        // Of equal scores the lower rank comes first.
        boolean behind = score < last || (score == last && rank > position);
        if (behind && score > highest) {
          highest = score;
          best = rank;
        }
      }
    }
    return best;
  }
}
