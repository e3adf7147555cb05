package dev.fairlead.balancer.hash;

import static dev.fairlead.balancer.hash.Keys.equal;
import static dev.fairlead.balancer.hash.Keys.identities;
import static dev.fairlead.balancer.hash.Keys.keys;
import static dev.fairlead.balancer.hash.Keys.owner;
import static dev.fairlead.balancer.hash.Keys.pick;
import static dev.fairlead.balancer.hash.Keys.shuffled;
import static dev.fairlead.balancer.hash.Keys.uneven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.hash.Keys.Kind;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for each kind of table. */
class HashTableTest {
  @ParameterizedTest
  @EnumSource
  void theOrderInWhichMembersAreGivenDoesNotMatter(Kind kind) {
    for (double[] weights : List.of(equal(60), uneven(60))) {
      List<String> identities = identities(60);
      List<Integer> order = shuffled(60);
      HashTable table = kind.table(identities, weights);
      HashTable shuffled = kind.table(pick(identities, order), pick(weights, order));

      for (long key : keys(500)) {
        int at = table.start(key);
        int other = shuffled.start(key);
        // The order of preference is the same too, as far as a walk usually goes.
        for (int step = 0; step < 20; step++) {
          assertThat(order.get(shuffled.member(other)))
              .as("step %s of key %s, %s", step, key, Seed.replay())
              .isEqualTo(table.member(at));
          at = table.after(key, at);
          other = shuffled.after(key, other);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sharesAreTheWeights(Kind kind) {
    int count = 100_000;
    long[] keys = keys(count);
    for (double[] weights :
        List.of(new double[] {1, 2}, new double[] {0.1, 10, 3, 3}, equal(50), uneven(50))) {
      HashTable table = kind.table(identities(weights.length), weights);
      int[] counts = new int[weights.length];
      for (long key : keys) {
        counts[owner(table, key)]++;
      }
      // Of N points dropped at random the arcs of Np make a share of variance p(1−p)/(N+1).
      int points = Math.max(1024, 256 * weights.length);
      double noise = kind == Kind.RING ? 1.0 / (points + 1) : 0;
      // What rounding to whole points or slots may add.
      double grain =
          switch (kind) {
            case RING -> 1.0 / points;
            case MAGLEV -> 1.0 / 65_537;
            case RENDEZVOUS -> 0;
          };
      double sum = Arrays.stream(weights).sum();
      for (int i = 0; i < weights.length; i++) {
        double p = weights[i] / sum;
        double bound = 5 * Math.sqrt(p * (1 - p) * (1.0 / count + noise)) + grain;
        assertThat((double) counts[i] / count)
            .as("member %s of %s, %s", i, Arrays.toString(weights), Seed.replay())
            .isCloseTo(p, within(bound));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWalkPassesEachPositionOnceAndEachMember(Kind kind) {
    for (double[] weights :
        List.of(equal(1), equal(2), equal(30), uneven(30), new double[] {1e6, 1, 1e-6})) {
      HashTable table = kind.table(identities(weights.length), weights);
      long[] edges = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE};
      for (long key :
          IntStream.range(0, 20).mapToLong(i -> i < 5 ? edges[i] : keys(20)[i]).toArray()) {
        BitSet positions = new BitSet();
        Set<Integer> members = new HashSet<>();
        for (int at = table.start(key); at >= 0; at = table.after(key, at)) {
          assertThat(positions.get(at)).as("position %s, %s", at, Seed.replay()).isFalse();
          positions.set(at);
          members.add(table.member(at));
        }
        assertThat(members).as(Seed.replay()).hasSize(weights.length);
        assertThat(positions.nextClearBit(0)).isEqualTo(positions.cardinality());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSingleMemberHasAllKeys(Kind kind) {
    HashTable table = kind.table(List.of("only"), 1e-300);

    for (long key : keys(1000)) {
      assertThat(owner(table, key)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void weightsFarApartLeaveNearlyAllToTheHeaviest(Kind kind) {
    for (double[] weights :
        List.of(
            new double[] {1, 1e9, 1},
            new double[] {Double.MIN_VALUE, Double.MAX_VALUE, 1},
            new double[] {1e-300, 1e-290, 1e-300})) {
      HashTable table = kind.table(identities(3), weights);
      long[] keys = keys(10_000);

      long others = Arrays.stream(keys).filter(key -> owner(table, key) != 1).count();
      // Two points of a ring of 1024 would have 0.2 % of it, and each arc has an exponential size.
      assertThat((double) others / keys.length).as(Seed.replay()).isLessThan(0.02);
    }
  }

  @ParameterizedTest
  @EnumSource
  void weightsOfAnyScaleGiveTheSameOwners(Kind kind) {
    double[] weights = uneven(20);
    HashTable table = kind.table(identities(20), weights);
    for (double scale : new double[] {0x1.0p-1000, 0x1.0p1000}) {
      HashTable scaled =
          kind.table(identities(20), Arrays.stream(weights).map(w -> w * scale).toArray());
      for (long key : keys(1000)) {
        assertThat(owner(scaled, key)).as(Seed.replay()).isEqualTo(owner(table, key));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void membersThatMakeNoSenseAreRefused(Kind kind) {
    assertThatThrownBy(() -> kind.table(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 members");
    assertThatThrownBy(() -> kind.table(List.of("a", "b"), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 members have 1 weights");
    assertThatThrownBy(() -> kind.table(List.of("a", "b", "a"), 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a' is listed twice");
    for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> kind.table(List.of("a", "b"), 1, weight))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("weight " + weight + " of 'b'");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTableMadeFromAnotherIsThatOfItsMembersAlone(Kind kind) {
    for (Fleet fleet : List.of(Fleet.equal(30), Fleet.uneven(30))) {
      HashTable table = kind.table(fleet.identities(), fleet.weights());
      for (int step = 0; step < 50; step++) {
        String change = fleet.change();
        table = table.with(fleet.identities(), fleet.weights());
        HashTable fresh = kind.table(fleet.identities(), fleet.weights());
        for (long key : keys(100)) {
          int at = table.start(key);
          int other = fresh.start(key);
          for (int walked = 0; walked < 10 && other >= 0; walked++) {
            assertThat(table.member(at))
                .as("%s from key %s, step %s, %s, %s", walked, key, step, change, Seed.replay())
                .isEqualTo(fresh.member(other));
            at = table.after(key, at);
            other = fresh.after(key, other);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void scoresAreThoseOfTheSameMembers(Kind kind) {
    List<Integer> order = shuffled(40);
    double[] weights = pick(uneven(40), order);
    HashTable table =
        kind.table(identities(50), uneven(50)).with(pick(identities(40), order), weights);
    RendezvousTable scores = table.scores();
    RendezvousTable expected = HashTable.rendezvous(pick(identities(40), order), weights);
    for (long key : keys(100)) {
      for (int member = 0; member < 40; member++) {
        assertThat(scores.score(key, member))
            .as(Seed.replay())
            .isEqualTo(expected.score(key, member));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTableThatAnotherIsMadeFromStaysAsItIs(Kind kind) {
    HashTable table = kind.table(identities(50), equal(50));
    int[] owners = Arrays.stream(keys(1000)).mapToInt(key -> owner(table, key)).toArray();
    assertThat(owner(table.with(List.of("new"), equal(1)), 0)).isZero();
    table.with(identities(49), uneven(49));
    table.with(pick(identities(50), shuffled(50)), equal(50));

    assertThat(Arrays.stream(keys(1000)).mapToInt(key -> owner(table, key)).toArray())
        .isEqualTo(owners);
  }

  @ParameterizedTest
  @EnumSource
  void membersThatMakeNoSenseAreRefusedInPlaceOfOthersToo(Kind kind) {
    HashTable table = kind.table(List.of("a", "b"), 1, 1);
    assertThatThrownBy(() -> table.with(List.of(), equal(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 members");
    assertThatThrownBy(() -> table.with(List.of("a", "a"), equal(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a' is listed twice");
  }
}
