package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.optimize.CallSituation.Ingress;
import dev.fairlead.steering.optimize.CallSituation.Tier;
import dev.fairlead.steering.optimize.Situation.Source;
import dev.fairlead.steering.optimize.Valuation.Objective;
import dev.fairlead.steering.plan.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must hold for each of many random call graphs; {@code -Dseed=} replays one. */
class CallOptimizerPropertiesTest {
  private static final long SEED = Seeds.base();

  private static RandomCalls random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new RandomCalls(
            seed, 1 + random.nextInt(5), 1 + random.nextInt(3), 1 + random.nextInt(8))
        .utilisation(0.3 + 1.2 * random.nextDouble());
  }

  private static Valuation mixed(double rate) {
    return Valuation.of(Objective.MIXED, rate).withFloor(0, 0);
  }

  @Test
  void whatArrivesIsAskedOnAndNothingGetsLost() {
    for (int i = 0; i < 120; i++) {
      long seed = SEED + i;
      CallSituation situation = random(seed).situation();
      Valuation valuation =
          Valuation.of(Objective.values()[i % 3], 1e-4).withFloor(i % 2, i % 2 * 0.01);
      CallAllocation found = CallOptimizer.solve(situation, valuation, i % 5 == 0 ? 1e-4 : 0);
      for (ServiceName service : situation.graph().services()) {
        for (int k : situation.classes()) {
          for (String from : situation.clusters()) {
            conserved(found, service, k, from, "-Dseed=" + seed);
          }
        }
        for (String cluster : situation.clusters()) {
          double over = found.load(service, cluster).overRps();
          double load = found.load(service, cluster).rps();
          // What exploring brings further down is not seen by the callers' floors.
          assertThat(over)
              .as("-Dseed=%d, %s in %s", seed, service, cluster)
              .isLessThanOrEqualTo((i % 2 == 0 ? 1e-6 : 0.05) * load + 1e-9);
        }
      }
    }
  }

  private static void conserved(
      CallAllocation found, ServiceName service, int k, String from, String at) {
    CallSituation situation = found.situation();
    double sum = found.shed(service, from, k);
    for (String to : situation.clusters()) {
      double share = found.share(service, from, k, to);
      assertThat(share).as(at).isBetween(0.0, 1.0);
      sum += share;
    }
    assertThat(sum).as(at).isCloseTo(1, within(1e-9));
    double expected = 0;
    for (Ingress one : situation.ingress()) {
      boolean here = one.service().equals(service) && one.cluster().equals(from);
      expected += here && one.trafficClass() == k ? one.rps() : 0;
    }
    for (CallGraph.Call call : situation.graph().calls()) {
      for (String cluster : situation.clusters()) {
        if (call.callee().equals(service)) {
          expected += call.ratio(k) * found.rps(call.caller(), cluster, k, from);
        }
      }
    }
    assertThat(found.asked(service, from, k))
        .as(at)
        .isCloseTo(expected, within(1e-9 * expected + 1e-12));
  }

  @Test
  void gapIsSmall() {
    double worst = 0;
    for (int i = 0; i < 120; i++) {
      CallAllocation found = CallOptimizer.solve(random(SEED + i).situation(), mixed(1e-4));
      worst = Math.max(worst, found.certificate().gap());
      assertThat(found.certificate().gap()).as("-Dseed=%d", SEED + i).isLessThan(1e-3);
    }
    System.out.printf("multi-hop: largest gap of 120 cases %.4f %%%n", worst * 100);
  }

  /** No plan costs less than the bound: not a random one, nor the best one a little moved. */
  @Test
  void boundIsBelowEveryPlan() {
    for (int i = 0; i < 60; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      CallSituation situation = random(seed).situation();
      HopModel model = new HopModel(situation, mixed(1e-4), 0);
      CallOptimizer.Pass best = CallOptimizer.best(situation, mixed(1e-4), 0);
      double bound = CallOptimizer.solve(situation, mixed(1e-4)).certificate().bound();
      for (int other = 0; other < 30; other++) {
        double moved = other < 10 ? 1 : StrictMath.pow(10, -1 - other % 5);
        HopPlan plan = moved(random, model, best.plan(), moved);
        double cost = plan.cost(best.net());
        assertThat(cost).as("-Dseed=%d", seed).isGreaterThanOrEqualTo(bound - 1e-12 * cost);
      }
    }
  }

  /** Another feasible plan: a part of what goes anywhere goes elsewhere at random. */
  private static HopPlan moved(SplittableRandom random, HopModel model, HopPlan plan, double part) {
    int clusters = model.clusters;
    double[][][] shares = new double[model.services][model.classes][clusters * clusters];
    double[][][] shed = new double[model.services][model.classes][clusters];
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        for (int from = 0; from < clusters; from++) {
          shed[service][k][from] = (1 - part) * plan.shedShares()[service][k][from];
          int to = random.nextInt(clusters);
          boolean open = model.ways[service][k][from * clusters + to] != null;
          shed[service][k][from] += open ? 0 : part;
          for (int j = 0; j < clusters; j++) {
            int way = from * clusters + j;
            double more = open && j == to ? part : 0;
            shares[service][k][way] = (1 - part) * plan.shares()[service][k][way] + more;
          }
        }
      }
    }
    return HopPlan.followed(model, shares, shed);
  }

  /** By more than the two gaps allow: v₁·L₁ + E₁ is least at v₁ but for g₁, and so at v₂. */
  @Test
  void dearerTimeIsNeverSlower() {
    for (int i = 0; i < 30; i++) {
      long seed = SEED + i;
      CallSituation situation = new RandomCalls(seed, 4, 2, 5).alike().utilisation(0.6).situation();
      CallAllocation before = CallOptimizer.solve(situation, mixed(1e-6));
      for (double rate = 1e-5; rate < 1; rate *= 10) {
        CallAllocation now = CallOptimizer.solve(situation, mixed(rate));
        double gaps = slack(before) + slack(now);
        double slower = now.terms().requestSeconds() - before.terms().requestSeconds();
        double cheaper = before.terms().egressDollars() - now.terms().egressDollars();
        assertThat(slower).as("-Dseed=%d", seed).isLessThanOrEqualTo(gaps / (rate * 0.9));
        assertThat(cheaper).as("-Dseed=%d", seed).isLessThanOrEqualTo(gaps / 9 + slack(before));
        before = now;
      }
    }
  }

  private static double slack(CallAllocation found) {
    return found.certificate().cost() - found.certificate().bound();
  }

  /** One service that calls nobody is the optimizer's problem, with all that is nasty in it. */
  @Test
  void oneHopIsWhatTheOptimizerFinds() {
    int compared = 0;
    for (int i = 0; i < 200; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      Situations.Kind kind =
          new Situations.Kind(
              1 + random.nextInt(6), 1 + random.nextInt(3), random.nextInt(4) == 0, false);
      Situation situation = Situations.random(random, kind);
      Allocation one = Optimizer.solve(situation, mixed(1e-4));
      CallAllocation many = CallOptimizer.solve(asCalls(situation, kind), mixed(1e-4));
      String at = "-Dseed=" + seed;
      double shed = shedDollars(one);
      assertThat(many.terms().overflowDollars())
          .as(at)
          .isCloseTo(shed, within(1e-3 * shed + 1e-6 * demand(situation)));
      assertThat(many.certificate().gap()).as(at).isLessThan(1e-3);
      if (shed == 0) {
        compared++;
        double exact = one.terms().latencyDollars() + one.terms().egressDollars();
        double ours = many.terms().latencyDollars() + many.terms().egressDollars();
        // Shares of a demand of nothing cost nothing, but the optimizer's least demand is 0.001.
        assertThat(ours).as(at).isCloseTo(exact, within(1e-3 * exact + 1e-8));
      }
    }
    assertThat(compared).isGreaterThan(50);
  }

  private static double demand(Situation situation) {
    return situation.sources().stream().mapToDouble(Source::rps).sum();
  }

  private static double shedDollars(Allocation one) {
    double sum = 0;
    List<Source> sources = one.situation().sources();
    for (int s = 0; s < sources.size(); s++) {
      sum += one.shedRps(s) * mixed(1).shedDollars(sources.get(s).trafficClass());
    }
    return sum;
  }

  static CallSituation asCalls(Situation situation, Situations.Kind kind) {
    ServiceName service = RandomCalls.service(0);
    List<String> clusters = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    List<Ingress> ingress = new ArrayList<>();
    for (Source source : situation.sources()) {
      if (!clusters.contains(source.place())) {
        clusters.add(source.place());
      }
      if (!classes.contains(source.trafficClass())) {
        classes.add(source.trafficClass());
      }
      ingress.add(new Ingress(service, source.place(), source.trafficClass(), source.rps()));
    }
    CallSituation.Ways ways =
        (from, to, k) -> {
          int source = clusters.indexOf(from) * kind.classes() + classes.indexOf(k);
          return situation.way(source, clusters.indexOf(to));
        };
    return new CallSituation(
        new CallGraph(List.of(service), List.of()),
        clusters,
        classes,
        Map.of(service, new Tier(situation.destinations(), ways, Map.of())),
        ingress);
  }

  @Test
  void theSameTwiceIsTheSame() {
    CallSituation situation = new RandomCalls(SEED, 4, 2, 6).situation();
    CallAllocation one = CallOptimizer.solve(situation, mixed(1e-4));
    CallAllocation other = CallOptimizer.solve(situation, mixed(1e-4));
    assertThat(other.terms()).isEqualTo(one.terms());
    assertThat(other.certificate()).isEqualTo(one.certificate());
  }

  @Test
  void whereTheSearchBeginsDoesNotMatter() {
    long cold = 0;
    long warm = 0;
    for (int i = 0; i < 30; i++) {
      long seed = SEED + i;
      RandomCalls calls = new RandomCalls(seed, 4, 2, 6).utilisation(0.5 + 0.02 * i);
      CallSituation before = calls.situation();
      SplittableRandom random = new SplittableRandom(seed);
      List<Ingress> ingress = new ArrayList<>();
      for (Ingress one : before.ingress()) {
        double rps = one.rps() * (0.9 + 0.2 * random.nextDouble());
        ingress.add(new Ingress(one.service(), one.cluster(), one.trafficClass(), rps));
      }
      CallSituation now =
          new CallSituation(
              before.graph(), before.clusters(), before.classes(), before.tiers(), ingress);
      CallAllocation old = CallOptimizer.solve(before, mixed(1e-4));
      CallAllocation.Certificate ours = CallOptimizer.solve(now, mixed(1e-4), 0, old).certificate();
      CallAllocation.Certificate theirs = CallOptimizer.solve(now, mixed(1e-4)).certificate();
      assertThat(ours.gap()).as("-Dseed=%d", seed).isLessThan(1e-3);
      assertThat(ours.bound())
          .as("-Dseed=%d", seed)
          .isLessThanOrEqualTo(theirs.cost() * (1 + 1e-9));
      assertThat(theirs.bound())
          .as("-Dseed=%d", seed)
          .isLessThanOrEqualTo(ours.cost() * (1 + 1e-9));
      cold += theirs.rounds();
      warm += ours.rounds();
    }
    assertThat(warm).isLessThan(cold);
    System.out.printf("multi-hop: %d rounds from cold, %d from the last plan%n", cold, warm);
  }
}
