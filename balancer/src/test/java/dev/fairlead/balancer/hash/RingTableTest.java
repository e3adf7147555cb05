package dev.fairlead.balancer.hash;

import static dev.fairlead.balancer.hash.Keys.equal;
import static dev.fairlead.balancer.hash.Keys.identities;
import static dev.fairlead.balancer.hash.Keys.keys;
import static dev.fairlead.balancer.hash.Keys.owner;
import static dev.fairlead.balancer.hash.Keys.uneven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RingTableTest {
  private static RingTable ring(List<String> identities, double[] weights, int points) {
    return (RingTable) HashTable.ring(identities, weights, points);
  }

  @Test
  void aKeyBelongsToTheFirstPointAtOrAfterIt() {
    int n = 40;
    List<String> identities = identities(n);
    RingTable table = ring(identities, equal(n), 50 * n);
    // By 44 bits, as the table keeps them; no two of 2000 share a place.
    TreeMap<Long, Integer> naive = new TreeMap<>();
    for (int member = 0; member < n; member++) {
      long seed = XxHash64.hash(identities.get(member), 0);
      for (int number = 0; number < 50; number++) {
        naive.put(XxHash64.hash(number, seed) >>> 20, member);
      }
    }
    assertThat(naive).hasSize(50 * n);

    long[] keys = Arrays.copyOf(keys(5000), 5000 + 3 * naive.size());
    int next = 5000;
    for (long place : naive.keySet()) {
      keys[next++] = place << 20;
      keys[next++] = (place - 1) << 20;
      keys[next++] = (place + 1) << 20;
    }
    for (long key : keys) {
      Map.Entry<Long, Integer> at = naive.ceilingEntry(key >>> 20);
      int expected = at == null ? naive.firstEntry().getValue() : at.getValue();
      assertThat(owner(table, key)).as("%s, %s", key, Seed.replay()).isEqualTo(expected);
    }
  }

  @Test
  void aWalkFromAPointOrBesideItPassesEachPointOnce() {
    List<String> identities = identities(3);
    RingTable table = ring(identities, equal(3), 30);
    for (String identity : identities) {
      for (int number = 0; number < 10; number++) {
        long point = XxHash64.hash(number, XxHash64.hash(identity, 0)) >>> 20;
        for (long place = point - 1; place <= point + 1; place++) {
          long key = place << 20;
          int steps = 0;
          for (int at = table.start(key); at >= 0 && steps <= 30; at = table.after(key, at)) {
            steps++;
          }
          assertThat(steps).as("from %s", key).isEqualTo(30);
        }
      }
    }
  }

  @Test
  void itHas256PointsAMemberWithin1024AndTwoToThe20() {
    assertThat(((RingTable) HashTable.ring(identities(1), equal(1))).size()).isEqualTo(1024);
    assertThat(((RingTable) HashTable.ring(identities(2), equal(2))).size()).isEqualTo(1024);
    assertThat(((RingTable) HashTable.ring(identities(4), equal(4))).size()).isEqualTo(1024);
    assertThat(((RingTable) HashTable.ring(identities(100), equal(100))).size()).isEqualTo(25_600);
    assertThat(((RingTable) HashTable.ring(identities(8192), equal(8192))).size())
        .isEqualTo(1 << 20);
  }

  @Test
  void aSizeOutOfRangeIsRefused() {
    for (int points : new int[] {0, -1, (1 << 20) + 1}) {
      assertThatThrownBy(() -> ring(identities(2), equal(2), points))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(points + " points");
    }
  }

  @Test
  void eachMemberHasAPointHoweverSmallTheRingIs() {
    RingTable table = ring(identities(100), uneven(100), 1);

    assertThat(table.size()).isEqualTo(100);
  }

  @Test
  void onlyTheKeysOfTheOneThatLeftMoveWhileWeightsAreEqual() {
    int n = 50;
    List<String> identities = identities(n);
    HashTable before = HashTable.ring(identities, equal(n));
    HashTable after = HashTable.ring(identities.subList(0, n - 1), equal(n - 1));
    for (long key : keys(20_000)) {
      int owner = owner(before, key);
      if (owner != n - 1) {
        assertThat(owner(after, key)).as(Seed.replay()).isEqualTo(owner);
      } else {
        // And it goes where a walk past the lost one ends.
        int at = before.start(key);
        while (before.member(at) == n - 1) {
          at = before.after(key, at);
        }
        assertThat(owner(after, key)).as(Seed.replay()).isEqualTo(before.member(at));
      }
    }
  }

  /**
   * With n members of uneven weight the points of one that left are dealt out to the others: each
   * survivor's m points become m', of which |m' − m| were not there before.
   */
  @Test
  void withUnevenWeightsSurvivorsKeysMoveNoMoreThanTheirPointsDo() {
    int n = 50;
    double[] weights = uneven(n);
    HashTable before = HashTable.ring(identities(n), weights);
    double[] fewer = Arrays.copyOf(weights, n - 1);
    HashTable after = HashTable.ring(identities(n).subList(0, n - 1), fewer);
    double scale = (n - 1) / Arrays.stream(fewer).sum() / (n / Arrays.stream(weights).sum());
    // The share of points that come or go by the scale, and by rounding half a point of a hundred.
    double points = Math.abs(scale - 1) + 1.0 / 100;

    long[] keys = keys(50_000);
    long moved =
        Arrays.stream(keys)
            .filter(key -> owner(before, key) != n - 1 && owner(before, key) != owner(after, key))
            .count();
    double sampling = 5 * Math.sqrt(points / keys.length);
    assertThat((double) moved / keys.length).as(Seed.replay()).isLessThan(points + sampling);
  }
}
