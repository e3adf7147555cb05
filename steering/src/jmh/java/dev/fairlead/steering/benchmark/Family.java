package dev.fairlead.steering.benchmark;

import static dev.fairlead.steering.transport.FlowNetwork.UNBOUNDED;

import dev.fairlead.steering.transport.FlowNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Dense transport problems of {@code size} sources × {@code size} destinations, with one arc for each pair. */
enum Family {
  /** Costs at random from 1 to 10 000. */
  UNIFORM,
  /** Costs are distances in a square. */
  GEOMETRIC,
  /** Costs at random from 1 to 10: most are ties. */
  TIED,
  /** One unit each and capacity 1: each basis is degenerate. */
  ASSIGNMENT,
  /**
   * As steering asks: destinations reach a sink over five segments each of growing cost, together about as wide as the
   * demand; what does not fit overflows at a high price.
   */
  CONVEX;

  private static final long DEAREST = 10_000;

  FlowNetwork network(int size, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2 * size + 1, size * (size + 6));
    double[] x = random.doubles(2L * size).toArray();
    double[] y = random.doubles(2L * size).toArray();
    long total = 0;
    for (int source = 0; source < size; source++) {
      long units = this == ASSIGNMENT ? 1 : random.nextLong(100, 1000);
      total += units;
      builder.supply(source, units);
      for (int destination = size; destination < 2 * size; destination++) {
        long cost =
            switch (this) {
              case UNIFORM, ASSIGNMENT -> random.nextLong(1, DEAREST + 1);
              case TIED -> random.nextLong(1, 11);
              case GEOMETRIC, CONVEX ->
                  (long) (DEAREST * Math.hypot(x[source] - x[destination], y[source] - y[destination]));
            };
        builder.arc(source, destination, this == ASSIGNMENT ? 1 : UNBOUNDED, cost);
      }
      if (this == CONVEX) {
        builder.arc(source, 2 * size, UNBOUNDED, 100 * DEAREST);
      }
    }
    if (this == CONVEX) {
      segments(builder, random, size, total);
    } else {
      demands(builder, random, size, total);
    }
    return builder.build();
  }

  private void demands(FlowNetwork.Builder builder, RandomGenerator random, int size, long total) {
    long left = total;
    for (int i = 0; i < size; i++) {
      long even = left / (size - i);
      long units = i == size - 1 ? left : this == ASSIGNMENT ? 1 : random.nextLong(even / 2, even * 3 / 2 + 1);
      builder.supply(size + i, -units);
      left -= units;
    }
  }

  private static void segments(
      FlowNetwork.Builder builder, RandomGenerator random, int size, long total) {
    builder.supply(2 * size, -total);
    long even = total / size;
    for (int destination = size; destination < 2 * size; destination++) {
      List<FlowNetwork.Segment> segments = new ArrayList<>();
      long cost = 0;
      for (int i = 0; i < 5; i++) {
        cost += random.nextLong(DEAREST / 5);
        segments.add(new FlowNetwork.Segment(random.nextLong(even / 10, even * 3 / 10 + 1), cost));
      }
      builder.convexArc(destination, 2 * size, segments);
    }
  }

  /** The same after one source wants to send a tenth more, which the sink or one destination takes. */
  FlowNetwork withMoreDemand(FlowNetwork network, int size, int round) {
    int source = round % size;
    int taker = this == CONVEX ? 2 * size : size + source;
    long more = 1 + network.supply(source) / 10;
    return network
        .change()
        .supply(source, network.supply(source) + more)
        .supply(taker, network.supply(taker) - more)
        .build();
  }

  /** The same after ten links at random got cheaper by half and ten dearer by half. */
  static FlowNetwork withOtherCosts(FlowNetwork network, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    FlowNetwork.Change change = network.change();
    for (int i = 0; i < 20; i++) {
      int arc = random.nextInt(network.arcs());
      long half = network.cost(arc) / 2;
      change.cost(arc, network.cost(arc) + (i % 2 == 0 ? -half : half));
    }
    return change.build();
  }
}
