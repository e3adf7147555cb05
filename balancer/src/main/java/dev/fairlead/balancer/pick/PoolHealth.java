package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.locality.HostCounts;
import java.util.function.Predicate;

/** Who of one pool is fit for requests, for as long as nothing changes. */
final class PoolHealth {
  /** Which of the candidates are meant. */
  enum Members {
    /** The healthy ones; where their tier panics, all that can be reached. */
    FIT,
    DEGRADED,
    /** All that can be reached, whatever is thought of them. */
    REACHABLE
  }

  private final Pool pool;
  private final Fitness[] fitness;
  private final HostCounts counts;
  private final boolean panics;
  private final Group fit;
  private final Group degraded;
  private final Group all;

  /** Some of the candidates, by stage. */
  private record Group(
      int size, Admission elsewhere, Admission fresh, Admission tried, Admission resting) {}

  private PoolHealth(Pool pool, Fitness[] fitness, boolean panics, int limit) {
    this.pool = pool;
    this.fitness = fitness;
    this.panics = panics;
    this.counts = new HostCounts(fitness.length, count(Fitness.HEALTHY), count(Fitness.DEGRADED));
    Predicate<Fitness> canBeReached = each -> each != Fitness.UNREACHABLE;
    fit = group(panics ? canBeReached : each -> each == Fitness.HEALTHY, limit);
    degraded = group(each -> each == Fitness.DEGRADED, limit);
    all = group(canBeReached, limit);
  }

  /**
   * @param fitness of the pool's candidates, in their order
   * @param limit of requests in flight for each endpoint
   */
  static PoolHealth of(Pool pool, Fitness[] fitness, int limit) {
    return new PoolHealth(pool, fitness, false, limit);
  }

  /** The same where health is disbelieved. */
  PoolHealth panicking(int limit) {
    return new PoolHealth(pool, fitness, true, limit);
  }

  private int count(Fitness wanted) {
    int count = 0;
    for (Fitness each : fitness) {
      count += each == wanted ? 1 : 0;
    }
    return count;
  }

  private Group group(Predicate<Fitness> wanted, int limit) {
    Candidate[] candidates = pool.candidates();
    long[] bits = new long[(candidates.length + Long.SIZE - 1) / Long.SIZE];
    int size = 0;
    double weight = 0;
    for (int index = 0; index < candidates.length; index++) {
      if (wanted.test(fitness[index])) {
        bits[index >> 6] |= 1L << index;
        size++;
        weight += candidates[index].weight();
      }
    }
    long[] members = size == candidates.length ? null : bits;
    return new Group(
        size,
        new Admission(Stage.ELSEWHERE, candidates, members, weight, limit),
        new Admission(Stage.FRESH, candidates, members, weight, limit),
        new Admission(Stage.TRIED, candidates, members, weight, limit),
        new Admission(Stage.RESTING, candidates, members, weight, limit));
  }

  private Group group(Members members) {
    return switch (members) {
      case FIT -> fit;
      case DEGRADED -> degraded;
      case REACHABLE -> all;
    };
  }

  Pool pool() {
    return pool;
  }

  HostCounts counts() {
    return counts;
  }

  boolean panics() {
    return panics;
  }

  boolean has(Members members) {
    return group(members).size() > 0;
  }

  Admission admission(Members members, Stage stage) {
    Group group = group(members);
    return switch (stage) {
      case ELSEWHERE -> group.elsewhere();
      case FRESH -> group.fresh();
      case TRIED -> group.tried();
      case RESTING -> group.resting();
    };
  }

  /** Whether a candidate is one of these. */
  boolean has(Members members, int index) {
    return group(members).elsewhere().isMember(index);
  }

  Fitness fitness(int index) {
    return fitness[index];
  }
}
