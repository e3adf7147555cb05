package dev.fairlead.steering.transport;

import dev.fairlead.steering.transport.FlowNetwork.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Random networks of many kinds: general graphs, and transport problems as steering makes them. */
final class Cases {
  private Cases() {}

  /** Any of the kinds, of at most about {@code most} nodes a side. */
  static FlowNetwork any(RandomGenerator random, int most) {
    return random.nextBoolean() ? graph(random, most) : transport(random, most);
  }

  /**
   * A few nodes and arcs at random: loops, parallel arcs, lower bounds, negative costs, islands.
   */
  static FlowNetwork graph(RandomGenerator random, int most) {
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
  static FlowNetwork transport(RandomGenerator random, int most) {
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

  /** {@code n} sources that each reach all of {@code n} destinations, at random costs. */
  static FlowNetwork dense(RandomGenerator random, int n) {
    FlowNetwork.Builder builder = new FlowNetwork.Builder(2 * n, n * n);
    for (int source = 0; source < n; source++) {
      long units = between(random, 100, 1000);
      builder.supply(source, units).supply(n + source, -units);
      for (int destination = 0; destination < n; destination++) {
        builder.arc(source, n + destination, FlowNetwork.UNBOUNDED, between(random, 1, 10_000));
      }
    }
    return builder.build();
  }

  /** The same nodes and arcs with a few other numbers, or a great many. */
  static FlowNetwork changed(RandomGenerator random, FlowNetwork network) {
    FlowNetwork.Change change = network.change();
    int changes = 1 + random.nextInt(random.nextBoolean() ? 3 : 30);
    int kinds = 1 + random.nextInt(7);
    for (int i = 0; i < changes; i++) {
      if ((kinds & 1) != 0) {
        int a = random.nextInt(network.nodes());
        int b = random.nextInt(network.nodes());
        FlowNetwork now = change.build();
        long units = between(random, 0, 1 + Math.abs(now.supply(a)));
        change.supply(a, now.supply(a) - units);
        change.supply(b, (a == b ? now.supply(b) - units : now.supply(b)) + units);
      }
      if (network.arcs() > 0) {
        int arc = random.nextInt(network.arcs());
        if ((kinds & 2) != 0 && network.cost(arc) >= 0) {
          change.cost(arc, between(random, 0, 2 * network.cost(arc) + 1));
        }
        if ((kinds & 4) != 0) {
          bounds(random, network, arc, change);
        }
      }
    }
    return change.build();
  }

  private static void bounds(
      RandomGenerator random, FlowNetwork network, int arc, FlowNetwork.Change change) {
    long width = network.capacity(arc) == FlowNetwork.UNBOUNDED ? 1000 : network.capacity(arc);
    long capacity = between(random, 0, 2 * width + 1);
    boolean open = network.cost(arc) >= 0 && random.nextInt(4) == 0;
    boolean lower = random.nextInt(4) == 0;
    change.bounds(
        arc, lower ? between(random, 0, capacity / 4) : 0, open ? FlowNetwork.UNBOUNDED : capacity);
  }

  private static long range(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1;
      case 1 -> 10;
      case 2 -> 10_000;
      default -> 1_000_000_000_000L;
    };
  }

  private static long costs(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1;
      case 1 -> 10;
      case 2 -> 10_000;
      default -> 1_000_000_000L;
    };
  }

  static long between(RandomGenerator random, long least, long most) {
    return random.nextLong(least, most + 1);
  }
}
