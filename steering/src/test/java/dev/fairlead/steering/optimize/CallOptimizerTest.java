package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.capacity.LatencyCurve;
import dev.fairlead.steering.optimize.CallGraph.Call;
import dev.fairlead.steering.optimize.CallSituation.Ingress;
import dev.fairlead.steering.optimize.CallSituation.Tier;
import dev.fairlead.steering.optimize.CallSituation.Ways;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import dev.fairlead.steering.optimize.Valuation.Objective;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases whose answer is known, and what must be refused. Two clusters, 30 ms apart. */
class CallOptimizerTest {
  private static final ServiceName FRONT = new ServiceName("shop", "front");
  private static final ServiceName CATALOG = new ServiceName("shop", "catalog");
  private static final ServiceName DB = new ServiceName("shop", "db");
  private static final double OPEN = Double.POSITIVE_INFINITY;
  private static final Ways FAR =
      (from, to, k) -> from.equals(to) ? Way.FREE : new Way(30e6, 0, false);
  private static final Valuation FASTEST = Valuation.of(Objective.PERFORMANCE, 0).withFloor(0, 0);

  private static Tier tier(Ways ways, Destination... pools) {
    return new Tier(List.of(pools), ways, Map.of());
  }

  private static Destination pool(String cluster, double capacity) {
    return pool(cluster, capacity, rps -> 5e6);
  }

  private static Destination pool(String cluster, double capacity, LatencyCurve curve) {
    return new Destination(cluster, true, capacity, 0, curve);
  }

  private static CallSituation situation(CallGraph graph, List<Tier> tiers, Ingress... ingress) {
    Map<ServiceName, Tier> byName = new LinkedHashMap<>();
    for (int i = 0; i < tiers.size(); i++) {
      byName.put(graph.services().get(i), tiers.get(i));
    }
    List<Integer> classes =
        List.of(ingress).stream().map(Ingress::trafficClass).distinct().toList();
    return new CallSituation(graph, List.of("west", "east"), classes, byName, List.of(ingress));
  }

  private static CallGraph alone() {
    return new CallGraph(List.of(FRONT), List.of());
  }

  /** Front asks the catalog twice, the catalog the database thrice for each. */
  private static CallGraph chain() {
    return CallGraph.of(Call.of(FRONT, CATALOG, 2), Call.of(CATALOG, DB, 3));
  }

  /** T6 of semantics §9; see {@link TwoClustersTest}. */
  @ParameterizedTest(name = "of {0} rps {1} stay")
  @CsvSource({"100, 100", "200, 200", "300, 227", "400, 264", "500, 308", "700, 403", "1000, 551"})
  void twoClustersWithoutCalls(double rps, double expected) {
    double a = StrictMath.pow(10, -9.24) * 1e6;
    LatencyCurve fourth = load -> a * load * load * load * load;
    Ways way = (from, to, k) -> from.equals(to) ? Way.FREE : new Way(5e6, 0, false);
    CallAllocation found =
        CallOptimizer.solve(
            situation(
                alone(),
                List.of(tier(way, pool("west", OPEN, fourth), pool("east", OPEN, fourth))),
                new Ingress(FRONT, "west", -1, rps),
                new Ingress(FRONT, "east", -1, 100)),
            FASTEST);
    assertThat(found.rps(FRONT, "west", -1, "west")).isCloseTo(expected, within(1.0));
    assertThat(found.certificate().gap()).isLessThan(1e-3);
  }

  /**
   * The database is in the east only. Each hop by itself goes to the near pool: a request then
   * crosses 2·3 times, 180 ms. Moving the leaf's caller makes 2 crossings, 60 ms; moving the whole
   * tree one, 30 ms. Serving takes 5 ms a call: 5·(1 + 2 + 6) = 45 ms in each case.
   */
  @Test
  void wholeTreeMovesToItsDatabase() {
    CallSituation situation = withDatabaseInTheEast(OPEN, OPEN);
    CallAllocation found = CallOptimizer.solve(situation, FASTEST);
    assertThat(found.share(FRONT, "west", -1, "east")).isCloseTo(1, within(1e-6));
    assertThat(found.terms().requestSeconds()).isCloseTo(100 * 0.075, within(1e-3));
    assertThat(found.downstream(FRONT, -1, "east").nanos()).isCloseTo(40e6, within(1e2));
    // Nobody asks it from there; who explores finds the best all the same.
    assertThat(found.share(CATALOG, "west", -1, "east")).isEqualTo(1);

    Allocation greedy =
        Optimizer.solve(
            new Situation(
                List.of(new Situation.Source("west", -1, 100)),
                List.of(pool("west", OPEN), pool("east", OPEN)),
                List.of(Way.FREE, new Way(30e6, 0, false))),
            FASTEST);
    assertThat(greedy.share(0, 0)).isEqualTo(1);
  }

  /** Room in the east for 40 of 100 trees at the front: the others cross at the catalog, twice. */
  @Test
  void whatDoesNotFitMovesOneHopFurtherDown() {
    CallAllocation found = CallOptimizer.solve(withDatabaseInTheEast(40, OPEN), FASTEST);
    assertThat(found.rps(FRONT, "west", -1, "east")).isCloseTo(40, within(0.1));
    assertThat(found.share(CATALOG, "west", -1, "east")).isCloseTo(1, within(1e-3));
    assertThat(found.terms().requestSeconds()).isCloseTo(40 * 0.075 + 60 * 0.105, within(0.01));
    // One more rps there saves 30 ms of a crossing.
    double rest = found.load(FRONT, "west").price();
    assertThat(found.load(FRONT, "east").price() - rest).isCloseTo(0.03, within(0.001));
    assertThat(found.load(FRONT, "east").overRps()).isLessThan(1e-3);
    assertThat(found.downstream(FRONT, -1, "west").nanos())
        .isCloseTo(2 * (30e6 + 5e6 + 15e6), within(1e4));
    assertThat(found.downstream(FRONT, -1, "west", CATALOG))
        .isEqualTo(found.downstream(FRONT, -1, "west"));
  }

  /** Then 120 of 200 calls find a catalog in the east, and each of the other 80 crosses thrice. */
  @Test
  void andFurther() {
    CallAllocation found = CallOptimizer.solve(withDatabaseInTheEast(40, 120), FASTEST);
    assertThat(found.load(CATALOG, "east").rps()).isCloseTo(120, within(0.1));
    assertThat(found.rps(DB, "west", -1, "east")).isCloseTo(240, within(1.0));
    assertThat(found.asked(DB, "east", -1)).isCloseTo(360, within(1.0));
  }

  private static Binding only(CallAllocation found) {
    assertThat(found.limits()).hasSize(1);
    return found.limits().getFirst().binding();
  }

  @Test
  void aFullPoolSaysWhatItsCapacityWouldSave() {
    assertThat(CallOptimizer.solve(withDatabaseInTheEast(OPEN, OPEN), FASTEST).limits()).isEmpty();

    CallAllocation found = CallOptimizer.solve(withDatabaseInTheEast(40, OPEN), FASTEST);
    assertThat(found.limits().getFirst().service()).isEqualTo(FRONT);
    Binding full = only(found);
    assertThat(full.kind()).isEqualTo(Binding.Kind.CAPACITY);
    assertThat(full.destination()).isEqualTo("east");
    // A crossing.
    assertThat(full.saving().milliseconds()).isCloseTo(30, within(0.5));
    assertThat(full.words())
        .matches("shop/front: east is full; one more rps of capacity there saves \\d+.\\d ms·rps");
  }

  /** Latency that grows with load, so that the last request before the limit waits as well. */
  @Test
  void itIsWhatOneMoreUnitSaves() {
    Valuation mixed = Valuation.of(Objective.MIXED, 1e-3).withFloor(0, 0);
    double before = CallOptimizer.solve(growing(50), mixed).certificate().cost();
    double after = CallOptimizer.solve(growing(51), mixed).certificate().cost();
    Binding full = only(CallOptimizer.solve(growing(50), mixed));
    double dollars = full.saving().dollarsPerHour();
    // From 50 to 51 the price falls by what the last ones wait more.
    assertThat(dollars).isCloseTo((before - after) * 3600, within(0.05 * dollars));
    assertThat(full.saving().milliseconds()).isCloseTo(dollars / 3600 / 1e-3 * 1e3, within(1e-6));
    assertThat(full.words()).startsWith("shop/db: west is full").contains(" ms·rps or $");
  }

  private static CallSituation growing(double capacity) {
    LatencyCurve curve = rps -> 5e6 + 2e4 * rps;
    return situation(
        CallGraph.of(Call.of(FRONT, DB, 2)),
        List.of(
            tier(FAR, pool("west", OPEN, curve)),
            tier(FAR, pool("west", capacity, curve), pool("east", OPEN, curve))),
        new Ingress(FRONT, "west", -1, 40));
  }

  private static CallSituation withDatabaseInTheEast(double front, double catalog) {
    return situation(
        chain(),
        List.of(
            tier(FAR, pool("west", OPEN), pool("east", front)),
            tier(FAR, pool("west", OPEN), pool("east", catalog)),
            tier(FAR, pool("east", OPEN))),
        new Ingress(FRONT, "west", -1, 100));
  }

  @Test
  void priceKeepsTheTreeWhereLatencyWouldMoveIt() {
    Ways dear = (from, to, k) -> from.equals(to) ? Way.FREE : new Way(30e6, 1e-5, false);
    CallSituation situation =
        situation(
            chain(),
            List.of(
                // Large pages: dearer to send across than six small answers of the database.
                tier(dear, pool("west", OPEN), pool("east", OPEN)),
                tier(FAR, pool("west", OPEN), pool("east", OPEN)),
                tier(FAR, pool("east", OPEN))),
            new Ingress(FRONT, "west", -1, 100));
    // The page costs 1e-5 $ and saves one crossing of 30 ms: worth it above 3.3e-4 $ a second.
    double indifferent = 1e-5 / 0.03;
    Valuation cheap = Valuation.of(Objective.MIXED, 0.9 * indifferent).withFloor(0, 0);
    Valuation hasty = Valuation.of(Objective.MIXED, 1.1 * indifferent).withFloor(0, 0);
    Valuation cost = Valuation.of(Objective.COST, 1).withFloor(0, 0);
    assertThat(CallOptimizer.solve(situation, cheap).share(FRONT, "west", -1, "west"))
        .isCloseTo(1, within(1e-3));
    assertThat(CallOptimizer.solve(situation, hasty).share(FRONT, "west", -1, "east"))
        .isCloseTo(1, within(1e-3));
    CallAllocation cheapest = CallOptimizer.solve(situation, cost);
    assertThat(cheapest.share(FRONT, "west", -1, "west")).isCloseTo(1, within(1e-3));
    assertThat(cheapest.share(CATALOG, "west", -1, "east")).isCloseTo(1, within(1e-3));
  }

  @Test
  void turnaroundCountsOnlyWhatIsWaitedFor() {
    Ways paid = (from, to, k) -> from.equals(to) ? Way.FREE : new Way(30e6, 1e-6, false);
    Destination slow = pool("west", OPEN, rps -> 50e6);
    Destination fast = pool("east", OPEN, rps -> 1e6);
    List<Tier> tiers = List.of(tier(paid, pool("west", OPEN)), tier(paid, slow, fast));
    Ingress all = new Ingress(FRONT, "west", -1, 100);
    Call waited = new Call(FRONT, DB, Map.of(-1, 1.0), 1);
    Call behind = new Call(FRONT, DB, Map.of(-1, 1.0), 0);
    Valuation free = Valuation.of(Objective.MIXED, 0).withFloor(0, 0);
    // Going east saves 19 ms of the tree: worth 1.9e-6 $ at 1e-4 $ a second.
    CallAllocation hasty =
        CallOptimizer.solve(situation(CallGraph.of(waited), tiers, all), free, 1e-4);
    CallAllocation lazy =
        CallOptimizer.solve(situation(CallGraph.of(behind), tiers, all), free, 1e-4);
    assertThat(hasty.share(DB, "west", -1, "east")).isCloseTo(1, within(1e-6));
    assertThat(lazy.share(DB, "west", -1, "west")).isCloseTo(1, within(1e-6));
  }

  @Test
  void lowestClassIsShedFirstAndAtTheCallThatFindsNoRoom() {
    CallSituation situation =
        situation(
            CallGraph.of(Call.of(FRONT, DB, 0.5)),
            List.of(tier(FAR, pool("west", OPEN), pool("east", OPEN)), tier(FAR, pool("east", 60))),
            new Ingress(FRONT, "west", 0, 100),
            new Ingress(FRONT, "west", 1, 100));
    CallAllocation found = CallOptimizer.solve(situation, FASTEST);
    // 50 + 50 calls for room of 60.
    assertThat(found.load(DB, "east").rps()).isCloseTo(60, within(0.01));
    assertThat(shedRps(found, DB, 1)).isCloseTo(0, within(0.01));
    assertThat(shedRps(found, DB, 0)).isCloseTo(40, within(0.01));
    assertThat(shedRps(found, FRONT, 0)).isCloseTo(0, within(0.01));
    assertThat(found.terms().overflowDollars())
        .isCloseTo(40 * FASTEST.shedDollars(0), within(1e-4));
    assertThat(words(found))
        .containsExactlyInAnyOrder(
            "shop/db: 40 of 50 rps of west class 0 are more than it and what it calls have capacity"
                + " for",
            "shop/db: east is full; one more rps of capacity there serves more of what is turned"
                + " away now");
  }

  private static List<String> words(CallAllocation found) {
    return found.limits().stream().map(limit -> limit.binding().words()).toList();
  }

  @Test
  void aTreeWhoseFanOutFindsNoRoomIsShedWhereItComesIn() {
    CallSituation situation =
        situation(
            CallGraph.of(Call.of(FRONT, DB, 10)),
            List.of(
                tier(FAR, pool("west", OPEN), pool("east", OPEN)), tier(FAR, pool("east", 600))),
            new Ingress(FRONT, "west", 0, 100));
    CallAllocation found = CallOptimizer.solve(situation, FASTEST);
    assertThat(shedRps(found, FRONT, 0)).isCloseTo(40, within(0.01));
    assertThat(shedRps(found, DB, 0)).isCloseTo(0, within(0.01));
  }

  private static double shedRps(CallAllocation found, ServiceName service, int trafficClass) {
    double sum = 0;
    for (String cluster : List.of("west", "east")) {
      sum +=
          found.shed(service, cluster, trafficClass) * found.asked(service, cluster, trafficClass);
    }
    return sum;
  }

  @Test
  void residencyIsHard() {
    Ways eastStays =
        (from, to, k) -> from.equals(to) ? Way.FREE : new Way(1e6, 0, from.equals("east"));
    Destination slow = pool("east", OPEN, rps -> 9e9);
    CallAllocation found =
        CallOptimizer.solve(
            situation(
                alone(),
                List.of(tier(eastStays, pool("west", OPEN), slow)),
                new Ingress(FRONT, "east", 0, 100)),
            FASTEST);
    assertThat(found.share(FRONT, "east", 0, "east")).isCloseTo(1, within(1e-5));
    assertThat(found.share(FRONT, "east", 0, "west")).isZero();
    // 9 s there, 6 ms here.
    assertThat(words(found))
        .containsExactly(
            "shop/front: east class 0 must not use west (residency forbids it); the first rps there"
                + " saves 8994 ms·rps");
    CallAllocation nowhere =
        CallOptimizer.solve(
            situation(
                alone(),
                List.of(tier(eastStays, pool("west", OPEN))),
                new Ingress(FRONT, "east", 0, 100)),
            FASTEST);
    assertThat(nowhere.shed(FRONT, "east", 0)).isEqualTo(1);
    assertThat(nowhere.share(FRONT, "east", 0, "west")).isZero();
    assertThat(words(nowhere))
        .containsExactly(
            "shop/front: east class 0 has no destination that it may use: west is forbidden by"
                + " residency, east has no usable endpoint");
  }

  @Test
  void ceilingHoldsForEachHop() {
    LatencyCurve rising = rps -> 5e6 + rps * 1e5;
    CallSituation situation =
        situation(
            alone(),
            List.of(tier(FAR, pool("west", OPEN, rising), pool("east", OPEN, rising))),
            new Ingress(FRONT, "west", 0, 100));
    // 8 ms is reached at 30 rps; the east is above it even when idle.
    CallAllocation tight = CallOptimizer.solve(situation, FASTEST.withCeiling(8e6));
    assertThat(tight.rps(FRONT, "west", 0, "west")).isCloseTo(30, within(0.01));
    assertThat(tight.share(FRONT, "west", 0, "east")).isZero();
    assertThat(tight.shed(FRONT, "west", 0)).isCloseTo(0.7, within(1e-3));
  }

  @Test
  void eachPlaceExploresAndFillsNobody() {
    CallSituation situation = withDatabaseInTheEast(OPEN, OPEN);
    CallAllocation found = CallOptimizer.solve(situation, FASTEST.withFloor(0.5, 0.01));
    assertThat(found.rps(FRONT, "west", -1, "west")).isCloseTo(0.5, within(1e-6));
    assertThat(found.rps(CATALOG, "east", -1, "west")).isCloseTo(0.5, within(1e-2));
    CallAllocation full =
        CallOptimizer.solve(withDatabaseInTheEast(0, OPEN), FASTEST.withFloor(5, 1));
    assertThat(full.rps(FRONT, "west", -1, "east")).isCloseTo(0, within(1e-4));
  }

  @Test
  void overloadsWhereThatIsCheaperThanShedding() {
    Valuation rather = FASTEST.withPrices(List.of(.1, .2, .3, .4, .5, 1., 2., 4.), 0.6);
    CallSituation situation =
        situation(
            alone(),
            List.of(tier(FAR, pool("west", 50), pool("east", 20))),
            new Ingress(FRONT, "west", 0, 40),
            new Ingress(FRONT, "west", 6, 100));
    CallAllocation found = CallOptimizer.solve(situation, rather);
    assertThat(found.shed(FRONT, "west", 0)).isCloseTo(1, within(1e-3));
    assertThat(found.shed(FRONT, "west", 6)).isCloseTo(0, within(1e-3));
    double over = found.load(FRONT, "west").overRps() + found.load(FRONT, "east").overRps();
    assertThat(over).isCloseTo(30, within(0.1));
  }

  @Test
  void nothingToDoIsNoError() {
    CallAllocation idle =
        CallOptimizer.solve(
            situation(
                chain(),
                List.of(tier(FAR, pool("west", OPEN)), tier(FAR), tier(FAR, pool("east", 0))),
                new Ingress(FRONT, "west", 0, 0)),
            FASTEST);
    assertThat(idle.terms().requestSeconds()).isZero();
    assertThat(idle.certificate().gap()).isZero();
    assertThat(idle.share(FRONT, "west", 0, "west") + idle.shed(FRONT, "west", 0)).isEqualTo(1);
  }

  @Test
  void curvesWithoutValuesAreAsBadAsItGets() {
    for (LatencyCurve curve :
        List.<LatencyCurve>of(
            rps -> Double.NaN, rps -> Double.POSITIVE_INFINITY, rps -> -1, rps -> 1e300)) {
      CallAllocation found =
          CallOptimizer.solve(
              situation(
                  alone(),
                  List.of(tier(FAR, pool("west", OPEN, curve), pool("east", OPEN))),
                  new Ingress(FRONT, "west", 0, 100)),
              FASTEST);
      assertThat(found.share(FRONT, "west", 0, "east")).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void whatMeansNothingIsRefused() {
    Ingress fine = new Ingress(FRONT, "west", 0, 1);
    assertThatThrownBy(() -> situation(chain(), List.of(tier(FAR)), fine))
        .hasMessageContaining("shop/catalog is in the call graph, but nothing says where");
    assertThatThrownBy(() -> situation(alone(), List.of(tier(FAR, pool("mars", 1))), fine))
        .hasMessageContaining("shop/front: pool in mars, which is no cluster");
    assertThatThrownBy(
            () -> situation(alone(), List.of(tier(FAR, pool("west", 1), pool("west", 1))), fine))
        .hasMessageContaining("there twice");
    assertThatThrownBy(
            () ->
                situation(
                    CallGraph.of(new Call(FRONT, DB, Map.of(3, 1.0), 1)),
                    List.of(tier(FAR), tier(FAR)),
                    fine))
        .hasMessage("call shop/front → shop/db: no ratio for class 0");
    assertThatThrownBy(() -> new Ingress(FRONT, "west", 0, Double.NaN))
        .hasMessageContaining("demand for shop/front from west of NaN");
    assertThatThrownBy(() -> situation(alone(), List.of(tier(FAR)), new Ingress(DB, "west", 0, 1)))
        .hasMessageContaining("no such service, cluster or class");
    List<String> many = IntStream.range(0, 2000).mapToObj(i -> "c" + i).toList();
    assertThatThrownBy(
            () -> new CallSituation(alone(), many, List.of(0), Map.of(FRONT, tier(FAR)), List.of()))
        .hasMessageContaining("1 services × 1 classes × 2000 clusters squared are more than");
    CallSituation empty = situation(alone(), List.of(tier(FAR)), fine);
    assertThatThrownBy(() -> CallOptimizer.solve(empty, FASTEST, Double.NaN))
        .hasMessageContaining("turnaround");
    assertThatThrownBy(() -> CallOptimizer.solve(empty, FASTEST).share(DB, "west", 0, "east"))
        .hasMessageContaining("no service shop/db");
  }
}
