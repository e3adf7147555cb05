package dev.fairlead.balancer.hash;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Members and keys for a table, and short ways to ask whose a key is. */
final class Keys {
  /** A table of a kind with its default size. */
  enum Kind {
    RING {
      @Override
      HashTable table(List<String> identities, double... weights) {
        return HashTable.ring(identities, weights);
      }
    },
    MAGLEV {
      @Override
      HashTable table(List<String> identities, double... weights) {
        return HashTable.maglev(identities, weights);
      }
    },
    RENDEZVOUS {
      @Override
      HashTable table(List<String> identities, double... weights) {
        return HashTable.rendezvous(identities, weights);
      }
    };

    abstract HashTable table(List<String> identities, double... weights);
  }

  private Keys() {}

  static List<String> identities(int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> "west/10.0." + i / 250 + "." + (i % 250 + 1) + ":8080")
        .toList();
  }

  static double[] equal(int n) {
    double[] weights = new double[n];
    Arrays.fill(weights, 1);
    return weights;
  }

  static double[] uneven(int n) {
    double[] weights = new double[n];
    Arrays.setAll(weights, i -> 1 + i % 7 * 0.7);
    return weights;
  }

  static long[] keys(int count) {
    RandomSource random = Seed.source();
    long[] keys = new long[count];
    Arrays.setAll(keys, i -> random.nextLong());
    return keys;
  }

  static int owner(HashTable table, long key) {
    return table.member(table.start(key));
  }

  /** A random order of 0…n−1. */
  static List<Integer> shuffled(int n) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    Collections.shuffle(order, new Random(Seed.value()));
    return order;
  }

  static List<String> pick(List<String> identities, List<Integer> indexes) {
    return indexes.stream().map(identities::get).toList();
  }

  static double[] pick(double[] weights, List<Integer> indexes) {
    return indexes.stream().mapToDouble(index -> weights[index]).toArray();
  }
}
