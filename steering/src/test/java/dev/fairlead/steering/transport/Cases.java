package dev.fairlead.steering.transport;

import dev.fairlead.steering.transport.FlowNetwork.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random networks of many kinds: general graphs, and transport problems as steering makes them. */
final class Cases {
  private Cases() {}

  /** Any of the kinds, of at most about {@code most} nodes a side. */
  static FlowNetwork any(Random random, int most) {
    return random.nextBoolean() ? graph(random, most) : transport(random, most);
  }

  /**
   * A few nodes and arcs at random: loops, parallel arcs, lower bounds, negative costs, islands.
   */
  static FlowNetwork graph(Random random, int most) {
    int nodes = 1 + random.nextInt(most);
    long range = range(random);
    int arcs = random.nextInt(4 * nodes);
    long costs = costs(random);
    boolean negative = random.nextBoolean();
    boolean lower = random.nextInt(3) == 0;
    boolean wide = random.nextBoolean();
    FlowNetwork.Builder builder = new FlowNetwork.Builder(nodes);
    long[] supply = new long[nodes];
    for (int i = 0; i < 1 + nodes / 3; i++) {
      // Tied supplies make degenerate bases.
      long units = random.nextBoolean() ? range : between(random, 0, range);
      supply[random.nextInt(nodes)] += units;
      supply[random.nextInt(nodes)] -= units;
    }
    if (random.nextInt(10) == 0) {
      supply[0]++;
    }
    for (int node = 0; node < nodes; node++) {
      builder.supply(node, supply[node]);
    }
    for (int arc = 0; arc < arcs; arc++) {
      long cost = between(random, negative ? -costs : 0, costs);
      boolean open = cost >= 0 && random.nextInt(3) == 0;
      long capacity = open ? FlowNetwork.UNBOUNDED : between(random, 0, wide ? 4 * range : range);
      long least =
          lower && random.nextInt(4) == 0 ? between(random, 0, Math.min(capacity, range / 4)) : 0;
      builder.arc(random.nextInt(nodes), random.nextInt(nodes), least, capacity, cost);
    }
    return builder.build();
  }

  /**
   * Sources that send to destinations whose capacity costs more the fuller it gets, an overflow at
   * a high price (or none, so that it may be infeasible), forbidden pairs, floors.
   */
  static FlowNetwork transport(Random random, int most) {
    int sources = 1 + random.nextInt(most);
    int sinks = 1 + random.nextInt(most);
    long range = range(random);
    long costs = costs(random);
    boolean overflow = random.nextInt(4) > 0;
    boolean floors = random.nextInt(3) == 0;
    int forbidden = random.nextInt(50);
    int sink = sources + sinks;
    FlowNetwork.Builder builder = new FlowNetwork.Builder(sink + 1);
    long demand = 0;
    for (int source = 0; source < sources; source++) {
      long units = random.nextInt(8) == 0 ? 0 : between(random, 0, range);
      builder.supply(source, units);
      demand += units;
      long floor = floors ? Math.min(1 + random.nextInt(3), units / sinks) : 0;
      for (int destination = 0; destination < sinks; destination++) {
        if (random.nextInt(100) >= forbidden) {
          builder.arc(
              source,
              sources + destination,
              floor,
              FlowNetwork.UNBOUNDED,
              between(random, 0, costs));
        }
      }
      if (overflow) {
        builder.arc(source, sink, FlowNetwork.UNBOUNDED, 50 * costs + 1);
      }
    }
    builder.supply(sink, -demand);
    for (int destination = 0; destination < sinks; destination++) {
      List<Segment> segments = new ArrayList<>();
      long cost = 0;
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        cost += between(random, 0, costs);
        segments.add(new Segment(between(random, 0, 1 + demand / sinks), cost));
      }
      builder.convexArc(sources + destination, sink, segments);
    }
    return builder.build();
  }

  private static long range(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1;
      case 1 -> 10;
      case 2 -> 10_000;
      default -> 1_000_000_000_000L;
    };
  }

  private static long costs(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1;
      case 1 -> 10;
      case 2 -> 10_000;
      default -> 1_000_000_000L;
    };
  }

  static long between(Random random, long least, long most) {
    return random.nextLong(least, most + 1);
  }
}
