package dev.fairlead.steering.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.LinkHint;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Binding;
import dev.fairlead.steering.optimize.Valuation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptimizedTest {
  private static final Valuation MIXED = Valuation.of(Valuation.Objective.MIXED, 1e-4);
  private static final ServiceName CART = new ServiceName("shop", "cart");

  private final SteeringPolicy<Memory> policy = new Optimized(MIXED);
  private Memory memory = policy.initial();

  private static TrafficKey key(String place, int trafficClass) {
    return new TrafficKey(CART, place, trafficClass);
  }

  private static TrafficKey key(String place) {
    return key(place, TrafficKey.ANY_CLASS);
  }

  private static Observation from(TrafficKey key, Observation.Destination... rows) {
    return new Observation(key, 0, List.of(rows));
  }

  @Test
  void aLinkHintMovesTrafficFromAMeasuredWayWhileItLastsAndIsNamed() {
    Topology topology =
        Topology.UNKNOWN.with(
            List.of(new LinkHint("wan-te", "west", "a", 1, 500_000_000, 21_000_000_000L)));
    Observation seen = from(key("west"), Seen.good("a", 50, 20, 40), Seen.good("b", 50, 60, 120));
    for (int second = 1; second <= 10; second++) {
      decide(second, Topology.UNKNOWN, seen);
    }
    Plan before = decide(11, Topology.UNKNOWN, seen).get(key("west")).plan();
    // Twice what it was seen to serve is not for 40 ms.
    assertThat(Seen.shares(before).get("a")).isBetween(0.7, 0.8);

    Plan hinted = decide(12, topology, seen).get(key("west")).plan();
    assertThat(Seen.shares(hinted).get("b")).isGreaterThan(0.9);
    assertThat(hinted.shares().getFirst().reason())
        .contains("link hint of wan-te: × 1.00 + 500 ms");

    Plan after = decide(22, topology, seen).get(key("west")).plan();
    assertThat(Seen.shares(after).get("a")).isBetween(0.7, 0.8);
    assertThat(after.shares().getFirst().reason()).doesNotContain("wan-te");
  }

  private Map<TrafficKey, Wanted> decide(double seconds, Topology topology, Observation... all) {
    long now = (long) (seconds * 1e9);
    List<Observation> dated = new ArrayList<>();
    Arrays.stream(all)
        .forEach(o -> dated.add(new Observation(o.key(), now, o.destinations(), o.shedRps())));
    Decision<Memory> decision = policy.decide(new Observations(now, dated, topology), memory);
    memory = decision.next();
    return decision.wanted();
  }

  private Map<TrafficKey, Wanted> after(int periods, Topology topology, Observation... all) {
    for (int period = 1; period < periods; period++) {
      decide(5 * period, topology, all);
    }
    return decide(5 * periods, topology, all);
  }

  private static Wanted of(Map<TrafficKey, Wanted> wanted, TrafficKey key) {
    Wanted found = wanted.get(key);
    assertThat(found).as("wanted for " + key).isNotNull();
    return found == null
        ? new Wanted(new Plan(key, List.of()), Map.of(), Set.of(), Set.of(), 0)
        : found;
  }

  private static double share(Map<TrafficKey, Wanted> wanted, TrafficKey key, String destination) {
    return Seen.shares(of(wanted, key).plan()).getOrDefault(destination, Double.NaN);
  }

  private static Topology forbidding(String from, String to) {
    return new Topology(
        Map.of(), PriceList.FREE, Map.of(), List.of(), Set.of(new Topology.Way(from, to)));
  }

  @Test
  void beforeAnythingIsMeasuredUsableAndAllowedOnesAreEqual() {
    Map<TrafficKey, Wanted> wanted =
        decide(
            5,
            forbidding("west", "abroad"),
            from(
                key("west"),
                Seen.silent("west"),
                Seen.silent("east"),
                Seen.silent("abroad"),
                Seen.gone("south")));
    assertThat(share(wanted, key("west"), "west")).isEqualTo(0.5);
    assertThat(share(wanted, key("west"), "east")).isEqualTo(0.5);
    assertThat(share(wanted, key("west"), "abroad")).isZero();
    assertThat(share(wanted, key("west"), "south")).isZero();
    assertThat(of(wanted, key("west")).guessed())
        .containsExactlyInAnyOrder("west", "east", "abroad");
  }

  @Test
  void theFasterTakesAllButWhatIsExploredAndSaysWhy() {
    Map<TrafficKey, Wanted> wanted =
        after(
            4,
            Topology.UNKNOWN,
            from(key("west"), Seen.good("west", 300, 20, 80), Seen.good("east", 100, 60, 120)));
    assertThat(share(wanted, key("west"), "east")).isCloseTo(1 / 400.0, within(1e-3));
    Plan.Share east = of(wanted, key("west")).plan().shares().get(1);
    Plan.Terms terms = east.terms().orElseThrow();
    // Mean of the log-normal through 60 and 120 ms: 60·e^(0.2980²/2).
    assertThat(terms.latencyNanos()).isCloseTo(62.7e6, within(1.5e6));
    assertThat(east.reason()).contains("exploration keeps 1.0 rps of west on east");
  }

  @Test
  void whatIsAlikeSharesTheLoad() {
    Map<TrafficKey, Wanted> wanted =
        after(
            4,
            Topology.UNKNOWN,
            from(key("west"), Seen.good("a", 100, 20, 80), Seen.good("b", 100, 21, 81)));
    assertThat(share(wanted, key("west"), "a")).isBetween(0.5, 0.75);
  }

  @Test
  void moneyCountsAtTheOperatorsRate() {
    Locality here = new Locality("eu", "", "");
    Locality there = new Locality("us", "", "");
    // 200 and 800 bytes at 100 $/GiB both ways: 9.3e-5 $ a request, as much as 0.93 s.
    Topology dear =
        new Topology(
            Map.of("west", here, "us", there, "eu2", here),
            new PriceList(
                List.of(
                    new PriceList.Price(here, there, 100), new PriceList.Price(there, here, 100))),
            Map.of(),
            List.of(),
            Set.of());
    Observation seen =
        from(key("west"), Seen.good("us", 100, 20, 80), Seen.good("eu2", 100, 100, 200));
    assertThat(share(after(4, dear, seen), key("west"), "eu2")).isGreaterThan(0.95);
    memory = policy.initial();
    assertThat(share(after(4, Topology.UNKNOWN, seen), key("west"), "us")).isBetween(0.75, 0.9);
  }

  @Test
  void aHintedCapacityIsKeptWithCautionAndItsPriceIsNamed() {
    Map<TrafficKey, Wanted> wanted =
        after(
            4,
            Topology.UNKNOWN,
            from(
                key("west"),
                Seen.hinted(Seen.good("west", 190, 20, 80), 200),
                Seen.good("east", 110, 60, 120)));
    double west = share(wanted, key("west"), "west") * 300;
    assertThat(west).isBetween(150.0, 200.0);
    assertThat(of(wanted, key("west")).plan().bindings())
        .anySatisfy(
            binding -> {
              assertThat(binding.kind()).isEqualTo(Binding.Kind.CAPACITY);
              assertThat(binding.words())
                  .startsWith("west is full; one more rps of capacity there saves ");
            });
  }

  @Test
  void failuresCostWhatARetryTakes() {
    Map<TrafficKey, Wanted> wanted =
        after(
            4,
            Topology.UNKNOWN,
            from(
                key("west"),
                Seen.failing(Seen.good("fast", 100, 2, 4), 0.5),
                Seen.good("sound", 100, 60, 90)));
    assertThat(share(wanted, key("west"), "sound")).isGreaterThan(0.95);
    assertThat(of(wanted, key("west")).plan().shares().getFirst().reason())
        .contains("600 ms for failures");
  }

  @Test
  void theLowestClassIsTurnedAwayFirst() {
    // Twice as much is hoped for before anybody is turned away: 110 rps of 200.
    Observation.Destination low = Seen.hinted(Seen.good("west", 100, 20, 80), 55);
    Map<TrafficKey, Wanted> wanted =
        after(4, Topology.UNKNOWN, from(key("west", 0), low), from(key("west", 6), low));
    assertThat(of(wanted, key("west", 6)).plan().shed()).isZero();
    assertThat(of(wanted, key("west", 0)).plan().shed()).isCloseTo(0.9, within(0.02));
    assertThat(share(wanted, key("west", 0), "west")).isEqualTo(1);
  }

  @Test
  void nobodyIsTurnedAwayForTheOperatorsWordAlone() {
    Observation.Destination low = Seen.hinted(Seen.good("west", 100, 20, 80), 110);
    Map<TrafficKey, Wanted> wanted =
        after(4, Topology.UNKNOWN, from(key("west", 0), low), from(key("west", 6), low));
    assertThat(of(wanted, key("west", 0)).plan().shed()).isZero();
  }

  @Test
  void whatWasTurnedAwayIsDemandAllTheSame() {
    Observation.Destination full = Seen.hinted(Seen.good("west", 50, 20, 80), 55);
    Observation shed = new Observation(key("west", 0), 0, List.of(full), 100);
    Map<TrafficKey, Wanted> wanted = after(4, Topology.UNKNOWN, shed, from(key("west", 6), full));
    // 50 rps and 100 that nobody saw, with 50 of the other class, for 110.
    assertThat(of(wanted, key("west", 0)).plan().shed()).isBetween(0.5, 0.7);
  }

  @Test
  void theClassBlindPlanIsTheMeanOfTheClasses() {
    Observation.Destination whole = Seen.good("west", 200, 20, 80);
    Observation.Destination wholeEast = Seen.good("east", 200, 60, 120);
    Map<TrafficKey, Wanted> wanted =
        after(
            4,
            forbidding("nowhere", "west"),
            from(key("west"), whole, wholeEast),
            from(key("west", 0), Seen.good("west", 100, 20, 80), Seen.good("east", 100, 60, 120)),
            from(key("west", 6), Seen.good("west", 100, 20, 80), Seen.good("east", 100, 60, 120)));
    double mean =
        (share(wanted, key("west", 0), "east") + share(wanted, key("west", 6), "east")) / 2;
    assertThat(share(wanted, key("west"), "east")).isCloseTo(mean, within(1e-9));
  }

  @Test
  void aSourceThatIsStaleIsBackgroundAndFrozen() {
    Observation fresh =
        from(
            key("west"),
            Seen.hinted(Seen.good("a", 100, 20, 80), 200),
            Seen.hinted(Seen.good("b", 100, 40, 90), 1000));
    Observation other = from(key("east"), Seen.good("a", 150, 20, 80), Seen.good("b", 1, 40, 90));
    Observation old =
        from(
            key("east"),
            Seen.aged(Seen.good("a", 150, 20, 80), 20),
            Seen.aged(Seen.good("b", 1, 40, 90), 20));
    after(3, Topology.UNKNOWN, fresh, other);
    for (int period = 4; period < 8; period++) {
      decide(5 * period, Topology.UNKNOWN, fresh, old);
    }
    Map<TrafficKey, Wanted> wanted = decide(40, Topology.UNKNOWN, fresh, old);
    assertThat(of(wanted, key("east")).stale()).containsExactlyInAnyOrder("a", "b");
    // 150 of 200 rps at a are taken by whom nobody hears of.
    assertThat(share(wanted, key("west"), "a") * 200).isLessThanOrEqualTo(51);
  }

  @Test
  void aGlanceShowsWhoIsUnusableWithoutAPlan() {
    Observation seen = from(key("west"), Seen.good("a", 100, 20, 80), Seen.gone("b"));
    after(3, Topology.UNKNOWN, seen);
    Wanted glance = of(policy.glance(Observations.of(seen), memory), key("west"));
    assertThat(glance.plan().shares()).hasSize(1);
    assertThat(glance.plan().shares().getFirst().weight()).isNaN();
  }

  @Test
  void oneThatWasNeverMeasuredDoesNotKeepItFromDeciding() {
    Observation seen =
        from(
            key("west"),
            Seen.good("fast", 100, 20, 80),
            Seen.good("slow", 100, 200, 800),
            Seen.unmeasured("new"));
    Map<TrafficKey, Wanted> wanted = after(4, Topology.UNKNOWN, seen);
    // As slow as the mean of the others, and not the even share of before anything was measured.
    assertThat(share(wanted, key("west"), "fast")).isGreaterThan(0.5);
    assertThat(share(wanted, key("west"), "new")).isBetween(1e-3, 0.4);
    assertThat(of(wanted, key("west")).plan().shares().get(2).reason())
        .contains("(not measured yet)");
  }

  @Test
  void sharesSumToOneForEverySource() {
    Observation one = from(key("west"), Seen.good("a", 100, 20, 80), Seen.silent("b"));
    Observation two = from(key("east"), Seen.silent("a"), Seen.good("b", 50, 30, 70));
    after(5, Topology.UNKNOWN, one, two)
        .forEach(
            (key, wanted) ->
                assertThat(wanted.plan().shares().stream().mapToDouble(Plan.Share::share).sum())
                    .isCloseTo(1, within(1e-9)));
  }
}
