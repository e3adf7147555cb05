package dev.fairlead.balancer.hash;

import java.util.Arrays;
import java.util.List;

/**
 * Maglev's permutation table: each member has its own permutation of the slots, and the members
 * take turns at taking the next one of theirs that is free, as often as their weight says. A
 * look-up is one read.
 */
final class MaglevTable implements HashTable {
  private static final int FREE = -1;

  /** Numbers of the two hashes that make a member's permutation. */
  private static final long OFFSET = 0;

  private static final long SKIP = 1;

  private final Members members;

  /** Index of the member that has the slot. */
  private final int[] slots;

  MaglevTable(Members members, int size) {
    if (size > MOST_MAGLEV_SLOTS || !isPrime(size)) {
      throw new IllegalArgumentException(
          size + " slots are not a prime number up to " + MOST_MAGLEV_SLOTS);
    }
    if (members.count() > size) {
      throw new IllegalArgumentException(
          members.count() + " members do not fit into a Maglev table of " + size + " slots");
    }
    this.members = members;
    slots = new int[size];
    Arrays.fill(slots, FREE);
    fill(apportion(members, size));
  }

  private static boolean isPrime(int number) {
    for (int divisor = 2; divisor * divisor <= number; divisor++) {
      if (number % divisor == 0) {
        return false;
      }
    }
    return number >= 2;
  }

  /** Slots of each rank: the largest remainders get what rounding down leaves over. */
  private static int[] apportion(Members members, int size) {
    int n = members.count();
    double[] ideal = ideal(members, size);
    int[] quotas = new int[n];
    long[] remainders = new long[n];
    int left = size;
    for (int rank = 0; rank < n; rank++) {
      quotas[rank] = (int) ideal[rank];
      left -= quotas[rank];
      long remainder = (long) ((ideal[rank] - quotas[rank]) * 0x1.0p42);
      // Ascending, and of equal ones the lowest rank last.
      remainders[rank] = (remainder << Members.RANK_BITS) | (n - 1 - rank);
    }
    Arrays.sort(remainders);
    for (int largest = n - 1; left > 0; largest--, left--) {
      quotas[n - 1 - (int) (remainders[largest] & ((1 << Members.RANK_BITS) - 1))]++;
    }
    return quotas;
  }

  /** In proportion to the weights, but that a member has at least one; they sum to the size. */
  private static double[] ideal(Members members, int size) {
    double[] ideal = new double[members.count()];
    int shared = size;
    boolean raised = true;
    while (raised) {
      raised = false;
      double sum = 0;
      for (int rank = 0; rank < ideal.length; rank++) {
        sum += ideal[rank] == 1 ? 0 : members.weight(rank);
      }
      double perWeight = shared / sum;
      for (int rank = 0; rank < ideal.length; rank++) {
        if (ideal[rank] != 1) {
          ideal[rank] = members.weight(rank) * perWeight;
          if (ideal[rank] <= 1) {
            ideal[rank] = 1;
            shared--;
            raised = true;
          }
        }
      }
    }
    return ideal;
  }

  /**
   * One that takes q slots in as many rounds as the largest quota Q has its k-th turn in round
   * ⌊k·Q/q⌋. Who is due in a round is a list, {@code due[round]} the first and {@code next[rank]}
   * the one after it: so the cost is that of the turns, however uneven the weights are.
   */
  private void fill(int[] quotas) {
    int n = quotas.length;
    long rounds = Arrays.stream(quotas).max().orElseThrow();
    int[] place = new int[n];
    int[] skip = new int[n];
    int[] taken = new int[n];
    int[] next = new int[n];
    int[] due = new int[(int) rounds];
    Arrays.fill(due, FREE);
    for (int rank = 0; rank < n; rank++) {
      place[rank] = below(XxHash64.hash(OFFSET, members.hash(rank)), slots.length);
      skip[rank] = 1 + below(XxHash64.hash(SKIP, members.hash(rank)), slots.length - 1);
      next[rank] = due[0];
      due[0] = rank;
    }
    for (int round = 0; round < rounds; round++) {
      int rank = due[round];
      while (rank != FREE) {
        int following = next[rank];
        place[rank] = takeFree(place[rank], skip[rank], members.index(rank));
        taken[rank]++;
        if (taken[rank] < quotas[rank]) {
          int turn = (int) (taken[rank] * rounds / quotas[rank]);
          next[rank] = due[turn];
          due[turn] = rank;
        }
        rank = following;
      }
    }
  }

  /**
   * @return the place in the permutation after the slot that was taken
   */
  private int takeFree(int place, int skip, int index) {
    int at = place;
    while (slots[at] != FREE) {
      at = step(at, skip);
    }
    slots[at] = index;
    return step(at, skip);
  }

  private int step(int place, int skip) {
    int next = place + skip;
    return next >= slots.length ? next - slots.length : next;
  }

  /** The hash's highest bits, scaled to 0…bound−1. */
  private static int below(long hash, int bound) {
    return (int) Math.unsignedMultiplyHigh(hash, bound);
  }

  @Override
  public MaglevTable with(List<String> identities, double[] weights) {
    return new MaglevTable(new Members(identities, weights), slots.length);
  }

  @Override
  public RendezvousTable scores() {
    return new RendezvousTable(members);
  }

  @Override
  public int start(long key) {
    return below(key, slots.length);
  }

  @Override
  public int member(int position) {
    return slots[position];
  }

  @Override
  public int after(long key, int position) {
    int next = step(position, 1);
    return next == start(key) ? -1 : next;
  }
}
