package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.ServedClusters.Cluster;
import dev.fairlead.balancer.pick.ServedClusters.Interval;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Four near endpoints and six far ones, of 100 requests a second each; the way takes 20 ms. */
class SpillByLoadTest {
  private static final double WAY_MILLIS = 20;
  private static final BalancerPolicy POLICY =
      new BalancerPolicy(Algorithm.P2c.DEFAULT, locality(true));
  private static final Crossing KNOWN = new Crossing(Duration.ofMillis(20), Duration.ZERO);

  private final Fixture fixture = new Fixture(POLICY);
  private final ServedClusters served =
      new ServedClusters(
          fixture, Map.of("west", new Cluster(10, 0), "east", new Cluster(10, WAY_MILLIS)));

  SpillByLoadTest() {
    fixture.groups(endpoints("west", 1, 4), endpoints("east", 5, 10));
  }

  private static LocalityPolicy locality(boolean byLoad) {
    return new LocalityPolicy(
        LocalityPolicy.Mode.FAILOVER,
        LocalityPolicy.DEFAULT.preference(),
        LocalityPolicy.DEFAULT.distribution(),
        Spill.DEFAULT.withByLoad(byLoad));
  }

  private static double latency(List<Interval> intervals, String cluster) {
    return intervals.stream()
        .mapToDouble(each -> each.latency().getOrDefault(cluster, Double.NaN))
        .average()
        .orElseThrow();
  }

  @Test
  void whileTheNearOnesAreFastAllStaysThere() {
    // Of a way that is not known, a few requests find out how long it is.
    assertThat(served.run(30, 200).share("west")).as(Seed.replay()).isGreaterThan(0.98);
    fixture.balancer.update(Map.of("east", KNOWN));
    served.run(30, 200);

    assertThat(served.run(30, 200).picks()).as(Seed.replay()).containsOnlyKeys("west");
  }

  @Test
  void whenTheNearOnesSaturateJustEnoughMovesAndComesBackAfterwards() {
    fixture.balancer.update(Map.of("east", KNOWN));
    served.run(20, 200);
    served.run(60, 600);
    List<Interval> busy = served.run(12, 5, 600);
    double lowest = busy.stream().mapToDouble(each -> each.share("west")).min().orElseThrow();
    double highest = busy.stream().mapToDouble(each -> each.share("west")).max().orElseThrow();

    // 400 is what west can serve at most, of 600.
    assertThat(lowest).as(Seed.replay()).isBetween(0.5, 0.66);
    // Sampling alone makes a range of 0.03 of twelve intervals.
    assertThat(highest - lowest).as(Seed.replay()).isLessThan(0.08);
    assertThat(latency(busy, "west"))
        .as(Seed.replay())
        .isCloseTo(latency(busy, "east"), within(0.25 * latency(busy, "east")));

    served.run(60, 200);
    assertThat(served.run(20, 200).share("west")).as(Seed.replay()).isGreaterThan(0.99);
  }

  @Test
  void aPriceHoldsItBack() {
    served.run(40, 390);
    double free = served.run(40, 390).share("west");
    fixture.balancer.update(
        Map.of("east", new Crossing(Duration.ofMillis(20), Duration.ofSeconds(2))));
    served.run(60, 390);
    double priced = served.run(40, 390).share("west");

    assertThat(free).as(Seed.replay()).isLessThan(0.95);
    assertThat(priced).as(Seed.replay()).isGreaterThan(0.99);
  }

  @Test
  void aLongerWayHoldsItBackMore() {
    ServedClusters farther =
        new ServedClusters(
            fixture, Map.of("west", new Cluster(10, 0), "east", new Cluster(10, 300)));
    fixture.balancer.update(Map.of("east", new Crossing(Duration.ofMillis(300), Duration.ZERO)));
    farther.run(60, 380);

    assertThat(farther.run(40, 380).share("west")).as(Seed.replay()).isGreaterThan(0.97);
  }

  @Test
  void switchedOffNothingMovesHoweverSlow() {
    fixture.balancer.update(new BalancerPolicy(Algorithm.P2c.DEFAULT, locality(false)));
    assertThat(served.run(20, 420).picks()).containsOnlyKeys("west");

    fixture.balancer.update(POLICY);
    served.run(60, 420);
    assertThat(served.run(10, 420).share("west")).as(Seed.replay()).isLessThan(0.97);
  }

  @Test
  void aPlanIsCorrectedByTwentyPointsAtMost() {
    fixture.balancer.update(Map.of("east", KNOWN));
    fixture.shares(Map.of("west", 0.95, "east", 0.05));
    assertThat(served.run(20, 100).share("west")).as(Seed.replay()).isBetween(0.92, 0.98);
    served.run(100, 500);
    List<Interval> busy = served.run(10, 5, 500);

    // It would take more: 375 of 400 is what is left.
    assertThat(busy).allSatisfy(each -> assertThat(each.share("west")).isBetween(0.71, 0.79));
    served.run(100, 100);
    assertThat(served.run(20, 100).share("west")).as(Seed.replay()).isBetween(0.92, 0.98);
  }

  @Test
  void anotherPlanIsInForceAtOnce() {
    fixture.balancer.update(Map.of("east", KNOWN));
    fixture.shares(Map.of("west", 0.9, "east", 0.1));
    served.run(20, 50);
    fixture.shares(Map.of("west", 0.1, "east", 0.9));

    Map<String, Integer> counts = fixture.countByCluster(5_000);
    assertThat(counts.get("west") / 5_000.0)
        .as(Seed.replay())
        .isCloseTo(0.1, Fixture.chance(0.1, 5_000));
  }

  @Test
  void anUpdateInTheMiddleLosesNothing() {
    fixture.balancer.update(Map.of("east", KNOWN));
    served.run(80, 600);
    double before = served.run(10, 600).share("west");
    fixture.balancer.update(POLICY.with(new Algorithm.Random()).with(Algorithm.P2c.DEFAULT));
    fixture.balancer.update(POLICY.with(Algorithm.PeakEwma.DEFAULT));
    fixture.balancer.update(POLICY);
    fixture.balancer.update(Fixture.place("west"));
    fixture.groups(endpoints("west", 1, 4), endpoints("east", 5, 11));

    assertThat(served.run(5, 600).share("west")).as(Seed.replay()).isCloseTo(before, within(0.08));
  }

  @Test
  void whatSpiltComesHomeWhenTheFarOnesCannotBeReached() {
    fixture.balancer.update(Map.of("east", KNOWN));
    served.run(60, 500);
    for (int port = 5; port <= 10; port++) {
      fixture.fail(port, Outcome.CONNECT_FAILED, 3);
    }

    assertThat(fixture.countByCluster(500)).containsOnlyKeys("west");
  }
}
