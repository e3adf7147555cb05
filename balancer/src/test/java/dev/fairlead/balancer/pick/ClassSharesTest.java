package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.ofClass;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.balancer.weight.Shares;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plans that lead the requests of some classes elsewhere, or turn a part of them away. */
class ClassSharesTest {
  private static final int PICKS = 20_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Fixture fixture = new Fixture(Algorithm.PeakEwma.DEFAULT);

  @BeforeEach
  void threeClusters() {
    fixture.endpoints(
        endpoint("west", 1), endpoint("west", 2), endpoint("east", 3), endpoint("north", 4));
  }

  private static Shares shares(Map<String, Double> byCluster) {
    return new Shares(byCluster);
  }

  private void plan(
      Map<String, Double> any, Map<Integer, Shares> byClass, Map<Integer, Double> shed) {
    fixture.balancer.update(new ClassShares(shares(any), byClass, shed, MINUTE));
  }

  /** By cluster; {@code shed} for those that were turned away. */
  private Map<String, Integer> count(Request request) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int at = 0; at < PICKS; at++) {
      switch (fixture.balancer.pick(request)) {
        case Refusal refusal -> {
          assertThat(refusal).isEqualTo(Refusal.SHED);
          counts.merge("shed", 1, Integer::sum);
        }
        case Lease lease -> {
          counts.merge(lease.endpoint().cluster(), 1, Integer::sum);
          lease.end(Outcome.IGNORED);
        }
      }
    }
    return counts;
  }

  private void assertParts(int trafficClass, Map<String, Double> expected) {
    Map<String, Integer> counts = count(ofClass(trafficClass));
    assertThat(counts).as("class %d", trafficClass).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, p) ->
            // Five standard deviations of a binomial share.
            assertThat((double) counts.get(name) / PICKS)
                .as("class %d to %s, %s", trafficClass, name, Seed.replay())
                .isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / PICKS))));
  }

  @Test
  void eachClassHasItsSharesAndTheOthersThoseOfAll() {
    plan(
        Map.of("west", 0.5, "east", 0.5),
        Map.of(0, shares(Map.of("north", 1.0)), 6, shares(Map.of("west", 0.1, "east", 0.9))),
        Map.of());

    assertParts(0, Map.of("north", 1.0));
    assertParts(6, Map.of("west", 0.1, "east", 0.9));
    assertParts(3, Map.of("west", 0.5, "east", 0.5));
  }

  @Test
  void classesWithEqualSharesGoAlikeAndThoseThatGoAsAllDoToo() {
    Shares own = shares(Map.of("west", 0.1, "east", 0.9));
    Shares any = shares(Map.of("west", 0.5, "east", 0.5));
    plan(Map.of("west", 0.5, "east", 0.5), Map.of(0, own, 3, any, 6, own), Map.of());

    assertParts(0, Map.of("west", 0.1, "east", 0.9));
    assertParts(6, Map.of("west", 0.1, "east", 0.9));
    assertParts(3, Map.of("west", 0.5, "east", 0.5));
  }

  @Test
  void aClassOutOfRangeIsTheNearest() {
    plan(
        Map.of("west", 1.0),
        Map.of(0, shares(Map.of("north", 1.0)), 7, shares(Map.of("east", 1.0))),
        Map.of());

    assertParts(-5, Map.of("north", 1.0));
    assertParts(99, Map.of("east", 1.0));
  }

  @Test
  void healthCorrectsTheSharesOfAClass() {
    plan(
        Map.of("west", 1.0),
        Map.of(6, shares(Map.of("west", 0.2, "east", 0.5, "north", 0.3))),
        Map.of());
    fixture.fail(3, Outcome.CONNECT_FAILED, 3);

    assertParts(6, Map.of("west", 0.4, "north", 0.6));
  }

  @Test
  void whereNoClusterOfAClassIsUsableLocalityLeadsIt() {
    plan(Map.of("north", 1.0), Map.of(6, shares(Map.of("east", 1.0))), Map.of());
    fixture.fail(3, Outcome.CONNECT_FAILED, 3);

    assertParts(6, Map.of("west", 1.0));
    assertParts(3, Map.of("north", 1.0));
  }

  @Test
  void aRetryOfAClassDoesNotLeaveItsPlan() {
    plan(Map.of("east", 1.0), Map.of(6, shares(Map.of("west", 1.0))), Map.of());
    Request retry =
        new Request() {
          @Override
          public int trafficClass() {
            return 6;
          }

          @Override
          public boolean triedIn(String cluster) {
            return cluster.equals("west");
          }
        };

    assertThat(count(retry)).containsOnlyKeys("west");
  }

  @Test
  void thePartThatIsShedIsTurnedAwayAndCountedAndNobodyElse() {
    plan(Map.of("west", 1.0), Map.of(), Map.of(0, 0.25, 1, 0.0, 2, 1.0));

    assertParts(0, Map.of("west", 0.75, "shed", 0.25));
    assertParts(1, Map.of("west", 1.0));
    assertParts(2, Map.of("shed", 1.0));
    assertParts(6, Map.of("west", 1.0));
    Report report = fixture.balancer.report();
    assertThat(report.shed().get(2)).isEqualTo(PICKS);
    assertThat(report.shed().get(0)).isBetween(PICKS / 5L, PICKS * 3L / 10);
    assertThat(report.shed().get(1) + report.shed().get(6)).isZero();
    long started = report.destinations().stream().mapToLong(row -> row.started()).sum();
    assertThat(started).isEqualTo(4L * PICKS - report.shed().stream().mapToLong(n -> n).sum());
  }

  @Test
  void sheddingEndsWhenNobodyRenewsIt() {
    plan(Map.of("west", 1.0), Map.of(), Map.of(0, 1.0));
    fixture.advance(MINUTE.toMillis() - 1);
    assertThat(fixture.balancer.pick(ofClass(0))).isEqualTo(Refusal.SHED);

    fixture.advance(1);
    assertParts(0, Map.of("west", 1.0));
  }

  @Test
  void aPlanForAllAlikeOrNoneEndsItToo() {
    plan(Map.of("west", 1.0), Map.of(0, shares(Map.of("east", 1.0))), Map.of(0, 1.0));
    fixture.balancer.update(Optional.of(shares(Map.of("north", 1.0))));
    assertParts(0, Map.of("north", 1.0));

    plan(Map.of("west", 1.0), Map.of(0, shares(Map.of("east", 1.0))), Map.of(0, 1.0));
    fixture.balancer.update(Optional.<Shares>empty());
    assertParts(0, Map.of("west", 1.0));
  }

  @Test
  void aRequestThatWasLetInIsNotTurnedAwayAtItsRetry() {
    plan(Map.of("west", 1.0), Map.of(), Map.of(3, 1.0));

    assertThat(fixture.countByPort(Fixture.triedPorts(1), 1000)).containsOnlyKeys(2);
  }

  @Test
  void anExplanationNamesItAndTakesTheSharesOfTheClass() {
    plan(Map.of("west", 1.0), Map.of(6, shares(Map.of("east", 1.0))), Map.of(0, 1.0));

    assertThat(fixture.balancer.explain(ofClass(0)).refusal()).contains(Refusal.SHED);
    assertThat(fixture.balancer.explain(ofClass(6)).pool()).isEqualTo("east");
    assertThat(fixture.balancer.report().shed().get(0)).isZero();
  }

  @Test
  void whatIsNoPlanIsRefused() {
    Shares west = shares(Map.of("west", 1.0));
    assertThatThrownBy(() -> new ClassShares(west, Map.of(8, west), Map.of(), MINUTE))
        .hasMessageContaining("class 8");
    assertThatThrownBy(() -> new ClassShares(west, Map.of(), Map.of(-1, 0.5), MINUTE))
        .hasMessageContaining("class -1");
    assertThatThrownBy(() -> new ClassShares(west, Map.of(), Map.of(1, 1.5), MINUTE))
        .hasMessageContaining("1.5");
    assertThatThrownBy(() -> new ClassShares(west, Map.of(), Map.of(1, Double.NaN), MINUTE))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> new ClassShares(west, Map.of(), Map.of(), Duration.ofNanos(-1)))
        .hasMessageContaining("shedFor");
  }
}
