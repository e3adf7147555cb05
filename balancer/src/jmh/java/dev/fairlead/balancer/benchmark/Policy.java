package dev.fairlead.balancer.benchmark;

import dev.fairlead.balancer.pick.Algorithm;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;

/** What is measured of ours; a new algorithm needs one line here. */
public enum Policy {
  RANDOM(new Algorithm.Random()),
  ROUND_ROBIN(new Algorithm.RoundRobin()),
  WEIGHTED_ROUND_ROBIN(new Algorithm.RoundRobin(), Policy::unevenWeight),
  LEAST_REQUEST(new Algorithm.LeastRequest()),
  P2C(Algorithm.P2c.DEFAULT),
  PEAK_EWMA(Algorithm.PeakEwma.DEFAULT),
  PREQUAL(Algorithm.Prequal.DEFAULT),
  WRR_REPORTED(Algorithm.WrrReported.DEFAULT),
  RING_HASH(Algorithm.RingHash.DEFAULT),
  RING_HASH_BOUNDED(new Algorithm.RingHash(OptionalDouble.of(1.25))),
  MAGLEV(Algorithm.Maglev.DEFAULT),
  RENDEZVOUS(Algorithm.Rendezvous.DEFAULT);

  final Algorithm algorithm;
  final IntToDoubleFunction weights;

  Policy(Algorithm algorithm) {
    this(algorithm, index -> 1);
  }

  Policy(Algorithm algorithm, IntToDoubleFunction weights) {
    this.algorithm = algorithm;
    this.weights = weights;
  }

  /** 1, 2, 3, 1, 2, 3 …: uneven enough that no implementation can take all to be alike. */
  static int unevenWeight(int index) {
    return 1 + index % 3;
  }
}
