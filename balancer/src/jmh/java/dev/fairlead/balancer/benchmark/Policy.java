package dev.fairlead.balancer.benchmark;

import dev.fairlead.balancer.pick.Algorithm;
import java.util.function.IntToDoubleFunction;

/** What is measured of ours; a new algorithm needs one line here. */
public enum Policy {
  RANDOM(new Algorithm.Random()),
  ROUND_ROBIN(new Algorithm.RoundRobin()),
  WEIGHTED_ROUND_ROBIN(new Algorithm.RoundRobin(), Policy::unevenWeight),
  P2C(Algorithm.P2c.DEFAULT),
  PEAK_EWMA(Algorithm.PeakEwma.DEFAULT);

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
