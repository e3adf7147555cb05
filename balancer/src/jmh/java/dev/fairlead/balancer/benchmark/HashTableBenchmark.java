package dev.fairlead.balancer.benchmark;

import dev.fairlead.balancer.hash.HashTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What an update of a hash table's members costs, beside making it of nothing and a look-up. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HashTableBenchmark {
  private static final int KEYS = 4096;

  /** Kinds of tables. */
  public enum Kind {
    RING {
      @Override
      HashTable table(Members members) {
        return HashTable.ring(members.identities(), members.weights());
      }
    },
    MAGLEV {
      @Override
      HashTable table(Members members) {
        return HashTable.maglev(members.identities(), members.weights());
      }
    },
    RENDEZVOUS {
      @Override
      HashTable table(Members members) {
        return HashTable.rendezvous(members.identities(), members.weights());
      }
    };

    abstract HashTable table(Members members);
  }

  /** Whether weights are all 1, or 1, 2, 3, 1, 2, 3 … */
  public enum Weights {
    EQUAL,
    UNEVEN
  }

  /** Of consecutive numbers from {@code first} on. */
  private static final class Members {
    private final List<String> identities = new ArrayList<>();
    private final double[] weights;

    Members(int first, int count, Weights kind) {
      weights = new double[count];
      for (int i = 0; i < count; i++) {
        identities.add("west/" + Fleet.host(first + i) + ":" + Fleet.PORT);
        weights[i] = kind == Weights.EQUAL ? 1 : Policy.unevenWeight(first + i);
      }
    }

    List<String> identities() {
      return identities;
    }

    double[] weights() {
      return weights;
    }
  }

  @Param Kind kind;

  @Param Weights weights;

  @Param({"3", "100", "1000"})
  int endpoints;

  private final long[] keys = new long[KEYS];
  private Members members;
  private Members next;
  private Members tenth;
  private HashTable table;
  private HashTable updated;
  private boolean odd;

  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    Arrays.setAll(keys, i -> random.nextLong());
    members = new Members(0, endpoints, weights);
    next = new Members(1, endpoints, weights);
    tenth = new Members((endpoints + 9) / 10, endpoints, weights);
    table = kind.table(members);
    updated = table;
  }

  @Benchmark
  public HashTable fromNothing() {
    return kind.table(members);
  }

  /** One leaves and one comes. */
  @Benchmark
  public HashTable oneForOne() {
    return update(next);
  }

  /** A tenth leaves and as many come. */
  @Benchmark
  public HashTable tenthForTenth() {
    return update(tenth);
  }

  private HashTable update(Members other) {
    odd = !odd;
    Members to = odd ? other : members;
    updated = updated.with(to.identities(), to.weights());
    return updated;
  }

  /** A key's first member. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public int lookUp() {
    int sum = 0;
    for (long key : keys) {
      sum += table.member(table.start(key));
    }
    return sum;
  }
}
