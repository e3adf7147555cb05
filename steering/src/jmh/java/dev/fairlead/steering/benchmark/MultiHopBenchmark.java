package dev.fairlead.steering.benchmark;

import dev.fairlead.steering.optimize.CallAllocation;
import dev.fairlead.steering.optimize.CallOptimizer;
import dev.fairlead.steering.optimize.CallSituation;
import dev.fairlead.steering.optimize.RandomCalls;
import dev.fairlead.steering.optimize.Valuation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Times of multi-hop solves of random call graphs, one line for each: {@code seed kind milliseconds
 * gap rounds}. Cold, and from the last plan after the demand of one cluster rose by a tenth. One
 * thread.
 *
 * <p>Arguments: clusters, classes, services, rounds.
 */
public final class MultiHopBenchmark {
  private static final int WARM_UP = 5;

  private MultiHopBenchmark() {}

  public static void main(String[] args) {
    int clusters = Integer.parseInt(args[0]);
    int classes = Integer.parseInt(args[1]);
    int services = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    Valuation valuation = Valuation.of(Valuation.Objective.MIXED, 1e-4);
    for (int seed = -WARM_UP; seed < rounds; seed++) {
      CallSituation situation = new RandomCalls(seed, clusters, classes, services).situation();
      long start = System.nanoTime();
      CallAllocation cold = CallOptimizer.solve(situation, valuation);
      long middle = System.nanoTime();
      print(seed, "cold", middle - start, cold);
      CallSituation busier = busier(situation);
      start = System.nanoTime();
      CallAllocation warm = CallOptimizer.solve(busier, valuation, 0, cold);
      print(seed, "warm", System.nanoTime() - start, warm);
    }
  }

  private static CallSituation busier(CallSituation situation) {
    List<CallSituation.Ingress> ingress = new ArrayList<>();
    for (CallSituation.Ingress one : situation.ingress()) {
      boolean first = one.cluster().equals(situation.clusters().getFirst());
      double rps = first ? one.rps() * 1.1 : one.rps();
      ingress.add(
          new CallSituation.Ingress(one.service(), one.cluster(), one.trafficClass(), rps));
    }
    return new CallSituation(
        situation.graph(), situation.clusters(), situation.classes(), situation.tiers(), ingress);
  }

  private static void print(int seed, String kind, long nanos, CallAllocation found) {
    CallAllocation.Certificate certificate = found.certificate();
    System.out.printf(
        Locale.ROOT,
        "%s %s %.3f %.3e %d%n",
        seed < 0 ? "warm-up" : Integer.toString(seed),
        kind,
        nanos / 1e6,
        certificate.gap(),
        certificate.rounds());
  }
}
