package dev.fairlead.balancer.hash;

import static dev.fairlead.balancer.hash.Keys.equal;
import static dev.fairlead.balancer.hash.Keys.identities;
import static dev.fairlead.balancer.hash.Keys.keys;
import static dev.fairlead.balancer.hash.Keys.owner;
import static dev.fairlead.balancer.hash.Keys.uneven;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTableTest {
  /** −w/ln(u) in as many digits as there are, without any shortcut. */
  private static double naiveScore(String identity, double weight, long key) {
    long hash = XxHash64.hash(key, XxHash64.hash(identity, 0));
    return -weight / Math.log(((hash >>> 12) + 0.5) / (1L << 52));
  }

  @Test
  void aWalkGoesDownTheWeightedScores() {
    double[] wide = new double[40];
    Arrays.setAll(wide, i -> Math.pow(10, i % 13 - 6));
    for (double[] weights : List.of(equal(40), uneven(40), wide)) {
      List<String> identities = identities(40);
      RendezvousTable table = HashTable.rendezvous(identities, weights);
      for (long key : keys(300)) {
        List<Integer> expected =
            IntStream.range(0, 40)
                .boxed()
                .sorted(
                    Comparator.comparingDouble(
                        i -> -naiveScore(identities.get(i), weights[i], key)))
                .toList();
        List<Integer> walked = new ArrayList<>();
        for (int at = table.start(key); at >= 0; at = table.after(key, at)) {
          walked.add(table.member(at));
        }
        assertThat(walked).as("key %s, %s", key, Seed.replay()).isEqualTo(expected);
        for (int i = 1; i < walked.size(); i++) {
          assertThat(table.score(key, walked.get(i)))
              .isLessThanOrEqualTo(table.score(key, walked.get(i - 1)));
        }
      }
    }
  }

  @Test
  void onlyTheKeysOfTheOneThatLeftMove() {
    int n = 50;
    double[] heaviestLast = uneven(n);
    heaviestLast[n - 1] = 1000 / 3.0;
    double[] unevenByTheLast = equal(n);
    unevenByTheLast[n - 1] = 0.7;
    for (double[] weights : List.of(equal(n), uneven(n), heaviestLast, unevenByTheLast)) {
      List<String> identities = identities(n);
      HashTable before = HashTable.rendezvous(identities, weights);
      HashTable after =
          HashTable.rendezvous(identities.subList(0, n - 1), Arrays.copyOf(weights, n - 1));
      for (long key : keys(5000)) {
        int first = before.start(key);
        int at = before.member(first) == n - 1 ? before.after(key, first) : first;
        assertThat(owner(after, key)).as(Seed.replay()).isEqualTo(before.member(at));
      }
    }
  }

  @Test
  void aHigherWeightTakesKeysButGivesNoneAndNoneMoveBetweenOthers() {
    int n = 20;
    double[] heavier = uneven(n);
    heavier[3] *= 1.5;
    HashTable before = HashTable.rendezvous(identities(n), uneven(n));
    HashTable after = HashTable.rendezvous(identities(n), heavier);
    for (long key : keys(5000)) {
      assertThat(owner(after, key)).as(Seed.replay()).isIn(owner(before, key), 3);
    }
  }
}
