package dev.fairlead.steering.benchmark;

import com.google.ortools.Loader;
import dev.fairlead.steering.transport.FlowNetwork;
import dev.fairlead.steering.transport.FlowSolution;
import dev.fairlead.steering.transport.NetworkSimplex;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Times of the network simplex beside OR-Tools' solvers, one line for each measurement: {@code family round solver
 * milliseconds}. Solvers take turns in each round, so that what else the machine does hits all alike; their costs must be
 * the same. One thread.
 *
 * <p>Arguments: size, rounds, size of the linear programs (0 for none), which are solved once, since they take long.
 */
public final class TransportBenchmark {
  private static final int WARM_UP_SIZE = 150;
  private static final int WARM_UP_ROUNDS = 20;

  private TransportBenchmark() {}

  public static void main(String[] args) {
    int size = Integer.parseInt(args[0]);
    int rounds = Integer.parseInt(args[1]);
    int lpSize = Integer.parseInt(args[2]);
    Loader.loadNativeLibraries();
    FlowNetwork first = Family.CONVEX.network(size, 0);
    time("CONVEX", 0, "first", () -> cost(new NetworkSimplex().solve(first)));
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      for (Family family : Family.values()) {
        new NetworkSimplex().solve(family.network(WARM_UP_SIZE, round));
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (Family family : Family.values()) {
        round(family, size, round);
      }
    }
    if (lpSize > 0) {
      linearPrograms(lpSize);
    }
  }

  private static void round(Family family, int size, int round) {
    String name = family.name();
    FlowNetwork network = family.network(size, round);
    NetworkSimplex simplex = new NetworkSimplex();
    double ours = time(name, round, "cold", () -> cost(simplex.solve(network)));
    double theirs = time(name, round, "ortools", Peers.minCostFlow(network));
    demandEqual(ours, theirs, 0);

    FlowNetwork demand = family.withMoreDemand(network, size, round);
    double warm = time(name, round, "warm-demand", () -> cost(simplex.resolve(demand)));
    demandEqual(warm, cost(new NetworkSimplex().solve(demand)), 0);

    FlowNetwork costs = Family.withOtherCosts(demand, round);
    double again = time(name, round, "warm-costs", () -> cost(simplex.resolve(costs)));
    demandEqual(again, cost(new NetworkSimplex().solve(costs)), 0);
  }

  private static void linearPrograms(int size) {
    for (Family family : new Family[] {Family.UNIFORM, Family.CONVEX}) {
      FlowNetwork network = family.network(size, 0);
      double ours = time(family.name(), 0, "lp-cold", () -> cost(new NetworkSimplex().solve(network)));
      double glop =
          time(
              family.name(),
              0,
              "lp-glop",
              Peers.linearProgram("GLOP", network));
      demandEqual(ours, glop, 1e-6);
      double highs =
          time(
              family.name(),
              0,
              "lp-highs",
              Peers.linearProgram("HIGHS", network));
      demandEqual(ours, highs, 1e-6);
    }
  }

  /** The least cost is part of what is timed: it reads each flow. */
  private static double cost(FlowSolution solution) {
    return solution.cost().doubleValue();
  }

  private static double time(String family, int round, String solver, Supplier<Double> solve) {
    long start = System.nanoTime();
    double cost = solve.get();
    double millis = (System.nanoTime() - start) / 1e6;
    System.out.printf(Locale.ROOT, "%s %d %s %.3f%n", family, round, solver, millis);
    return cost;
  }

  private static void demandEqual(double ours, double theirs, double tolerance) {
    if (Math.abs(ours - theirs) > tolerance * Math.abs(theirs)) {
      throw new IllegalStateException("least costs differ: %s and %s".formatted(ours, theirs));
    }
  }
}
