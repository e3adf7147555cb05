package dev.fairlead.balancer.hash;

import static dev.fairlead.balancer.hash.Keys.equal;
import static dev.fairlead.balancer.hash.Keys.identities;
import static dev.fairlead.balancer.hash.Keys.pick;
import static dev.fairlead.balancer.hash.Keys.shuffled;
import static dev.fairlead.balancer.hash.Keys.uneven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaglevTableTest {
  private static final int SIZE = HashTable.MAGLEV_SLOTS;

  private static int[] slotsOf(HashTable table, int members, int size) {
    int[] counts = new int[members];
    for (int slot = 0; slot < size; slot++) {
      counts[table.member(slot)]++;
    }
    return counts;
  }

  private static int[] slotsOf(double... weights) {
    HashTable table = HashTable.maglev(identities(weights.length), weights);
    return slotsOf(table, weights.length, SIZE);
  }

  @Test
  void weightsOfOneToTwoHaveAThirdAndTwoThirdsOfTheSlots() {
    assertThat(slotsOf(1, 2)).containsExactly(21_846, 43_691);
    assertThat(slotsOf(2, 1)).containsExactly(43_691, 21_846);
    assertThat(slotsOf(1e-9, 2e-9)).containsExactly(21_846, 43_691);
  }

  @Test
  void equalMembersDifferByOneSlotAtMost() {
    assertThat(Arrays.stream(slotsOf(equal(1000))).boxed().distinct())
        .containsExactlyInAnyOrder(65, 66);
  }

  @Test
  void slotsAreTheWeightsToWithinOne() {
    double[] manyLight = equal(1001);
    manyLight[0] = 1000;
    for (double[] weights :
        List.of(uneven(100), uneven(999), manyLight, new double[] {0.1, 10, 3, 3})) {
      int[] slots = slotsOf(weights);
      double sum = Arrays.stream(weights).sum();
      for (int i = 0; i < weights.length; i++) {
        assertThat((double) slots[i]).isCloseTo(SIZE * weights[i] / sum, within(1.0));
      }
    }
  }

  @Test
  void aWeightTooSmallForASlotHasOne() {
    assertThat(slotsOf(1, 1e9, 1e-300)).containsExactly(1, SIZE - 2, 1);
    double[] geometric = new double[60];
    Arrays.setAll(geometric, i -> Math.pow(0.5, i));
    int[] slots = slotsOf(geometric);
    assertThat(Arrays.stream(slots).sum()).isEqualTo(SIZE);
    // From 2⁻¹⁶ of the sum on; their 43 slots are missing from the others in proportion.
    assertThat(Arrays.copyOfRange(slots, 17, 60)).containsOnly(1);
    assertThat(slots[0]).isCloseTo((SIZE - 43) / 2, within(2));
  }

  @Test
  void asManyMembersAsSlotsHaveOneEach() {
    assertThat(slotsOf(HashTable.maglev(identities(251), uneven(251), 251), 251, 251))
        .containsOnly(1);
  }

  @Test
  void eachSlotGoesAsThePaperSaysWhileWeightsAreEqual() {
    int n = 7;
    int size = 1009;
    List<String> identities = identities(n);
    HashTable table = HashTable.maglev(identities, equal(n), size);
    // Whoever is preferred by a member at a rank in its permutation and was free by then: each
    // member's slots are, in its permutation, the first that the others did not take earlier.
    int[][] rankOf = new int[n][size];
    for (int member = 0; member < n; member++) {
      long hash = XxHash64.hash(identities.get(member), 0);
      long offset = Math.unsignedMultiplyHigh(XxHash64.hash(0L, hash), size);
      long skip = 1 + Math.unsignedMultiplyHigh(XxHash64.hash(1L, hash), size - 1);
      for (int rank = 0; rank < size; rank++) {
        rankOf[member][(int) ((offset + rank * skip) % size)] = rank;
      }
    }
    for (int member = 0; member < n; member++) {
      int owned = member;
      int[] ranks =
          IntStream.range(0, size)
              .filter(slot -> table.member(slot) == owned)
              .map(slot -> rankOf[owned][slot])
              .sorted()
              .toArray();
      // The first is the very first or was another's first: at most n − 1 can be before it.
      assertThat(ranks[0]).isLessThan(n);
      assertThat(ranks).hasSizeBetween(size / n, size / n + 1);
      // Each slot that it passed by was taken when its turn came, by as many turns as were over.
      for (int turn = 0; turn < ranks.length; turn++) {
        assertThat(ranks[turn]).isLessThan((turn + 1) * n);
      }
    }
  }

  @Test
  void removingATenthMovesFourPercentOfTheSurvivorsSlots() {
    int n = 1000;
    List<String> identities = identities(n);
    List<Integer> kept = shuffled(n).subList(n / 10, n);
    HashTable before = HashTable.maglev(identities, equal(n));
    HashTable after = HashTable.maglev(pick(identities, kept), equal(kept.size()));

    int survivors = 0;
    int moved = 0;
    for (int slot = 0; slot < SIZE; slot++) {
      int owner = before.member(slot);
      if (kept.contains(owner)) {
        survivors++;
        moved += kept.get(after.member(slot)) == owner ? 0 : 1;
      }
    }
    assertThat((double) moved / survivors).as(Seed.replay()).isBetween(0.035, 0.045);
  }

  @Test
  void aSizeThatIsNotPrimeIsRefused() {
    for (int size : new int[] {-7, 0, 1, 4, 65_536, 65_539 * 3, 5_000_012, 6_000_011}) {
      assertThatThrownBy(() -> HashTable.maglev(identities(2), equal(2), size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(size + " slots are not a prime");
    }
  }

  @Test
  void moreMembersThanSlotsAreRefused() {
    assertThatThrownBy(() -> HashTable.maglev(identities(12), equal(12), 11))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12 members do not fit")
        .hasMessageContaining("11 slots");
  }

  @Test
  void theSmallestTableServes() {
    assertThat(slotsOf(HashTable.maglev(identities(2), equal(2), 2), 2, 2)).containsOnly(1);
  }
}
