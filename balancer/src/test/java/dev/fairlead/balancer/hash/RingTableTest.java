package dev.fairlead.balancer.hash;

import static dev.fairlead.balancer.hash.Keys.equal;
import static dev.fairlead.balancer.hash.Keys.identities;
import static dev.fairlead.balancer.hash.Keys.keys;
import static dev.fairlead.balancer.hash.Keys.owner;
import static dev.fairlead.balancer.hash.Keys.uneven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.Seed;
import java.util.ArrayList;
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

  @Test
  void pointsOfATableMadeFromAnotherAreThoseOfItsMembersAlone() {
    for (Fleet fleet : List.of(Fleet.equal(60), Fleet.uneven(60))) {
      RingTable table = (RingTable) HashTable.ring(fleet.identities(), fleet.weights());
      RingTable small = ring(fleet.identities(), fleet.weights(), 500);
      for (int step = 0; step < 300; step++) {
        String change = fleet.change();
        table = table.with(fleet.identities(), fleet.weights());
        small = small.with(fleet.identities(), fleet.weights());

        String description = "step " + step + ", " + change + ", " + Seed.replay();
        assertThat(table.pointsByIndex())
            .as(description)
            .isEqualTo(
                ((RingTable) HashTable.ring(fleet.identities(), fleet.weights())).pointsByIndex());
        assertThat(small.pointsByIndex())
            .as("500 points, " + description)
            .isEqualTo(ring(fleet.identities(), fleet.weights(), 500).pointsByIndex());
      }
    }
  }

  /** Found by trying: m4727's point 7 lies where m58031's point 134 does, and so on. */
  @Test
  void pointsAtOnePlaceAreInTheSameOrderHoweverTheTableWasMade() {
    for (List<String> pair :
        List.of(
            List.of("m4727", "m58031"),
            List.of("m31072", "m45949"),
            List.of("m17274", "m39989"),
            List.of("m2220", "m29322"),
            List.of("m17688", "m7572"))) {
      List<String> one = new ArrayList<>(identities(40));
      one.add(17, pair.get(0));
      List<String> both = new ArrayList<>(one);
      both.add(5, pair.get(1));
      List<String> other = new ArrayList<>(both);
      other.remove(pair.get(0));
      List<String> more = new ArrayList<>(both);
      more.add(0, "new");

      RingTable table = ring(one, equal(41), 256 * 40);
      for (List<String> members : List.of(both, more, both, other, both, one, other, one)) {
        table = table.with(members, equal(members.size()));
        assertThat(table.pointsByIndex())
            .as("%s of %s", members.size(), pair)
            .isEqualTo(ring(members, equal(members.size()), 256 * 40).pointsByIndex());
      }
      long places =
          Arrays.stream(ring(both, equal(42), 256 * 42).pointsByIndex())
              .map(point -> point >>> 20)
              .distinct()
              .count();
      assertThat(places).as("a shared place of %s", pair).isLessThan(256 * 42);
    }
  }
}
